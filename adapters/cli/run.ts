/** How a command runs: its libraries are loaded then, and not before, and there is one way to fail. */
import { Refused } from "../../schemas/refusal.ts";

/** The modules of the commands: most starts need one of them. */
export const load = {
  account: () => import("./commands/account.ts"),
  agreement: () => import("./commands/agreement.ts"),
  agreementPropose: () => import("./commands/agreement-propose.ts"),
  agreementShow: () => import("./commands/agreement-show.ts"),
  ask: () => import("./commands/ask.ts"),
  compare: () => import("./commands/compare.ts"),
  context: () => import("./commands/context.ts"),
  data: () => import("./commands/data.ts"),
  describe: () => import("./commands/describe.ts"),
  hub: () => import("./commands/hub.ts"),
  hubRun: () => import("./commands/hub-run.ts"),
  indicator: () => import("./commands/indicator.ts"),
  issuer: () => import("./commands/issuer.ts"),
  key: () => import("./commands/key.ts"),
  list: () => import("./commands/list.ts"),
  log: () => import("./commands/log.ts"),
  member: () => import("./commands/member.ts"),
  node: () => import("./commands/node.ts"),
  persons: () => import("./commands/persons.ts"),
  policy: () => import("./commands/policy.ts"),
  publish: () => import("./commands/publish.ts"),
  start: () => import("./commands/start.ts"),
};

/** Loads the module of a command and does its work: one plain sentence and a non-zero exit where it is refused. */
export async function run<Module>(
  load: () => Promise<Module>,
  work: (module: Module) => Promise<void>,
): Promise<void> {
  try {
    await work(await load());
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof Refused) {
      const { detail, errors } = error.hint;
      console.error(`${error.title}${detail ? `: ${detail}` : ""}. [${error.reason}]`);
      for (const { pointer, detail: fault } of errors?.slice(0, 10) ?? [])
        console.error(`  ${pointer}: ${fault}`);
    } else if (error instanceof (await import("zod")).ZodError)
      console.error("What was read is not in the form that it should have. [body-invalid]");
    else console.error((error as Error).message);
  }
}
