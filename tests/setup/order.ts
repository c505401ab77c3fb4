/**
 * The order of the test files. Setting up the demonstration takes longer than any of them: the first that needs it begins with it at
 * once, and the others that do come when it is there, so that nobody waits.
 */
import { readFileSync } from "node:fs";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const needsDemonstration = ({ moduleId }: TestSpecification): boolean =>
  readFileSync(moduleId, "utf8").includes("/world/demonstration.ts");

export class Order extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const [first, ...waiting] = sorted.filter(needsDemonstration);
    const others = sorted.filter((file) => !needsDemonstration(file));
    // those that share a worker are short, and come last
    const [alone, together] = [true, false].map((isolate) =>
      others.filter(({ project }) => project.config.isolate === isolate),
    );
    return [first, alone, waiting, together].flatMap((some) => some ?? []);
  }
}
