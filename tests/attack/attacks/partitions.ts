/**
 * Averaging over partitions (Asghar and Kaafar, "Averaging attacks on bounded noise-based disclosure control algorithms",
 * PoPETs 2020(2), 358-378): where each answer has noise of its own, one group is asked for as the sum of the parts of ever
 * other partitions, and as the whole less all the others; the mean of the answers is the exact figure. It broke the Australian
 * TableBuilder. Where figures add up, all ways to a figure give the same number, and there is nothing to average.
 */
import { countOf, type Guess, othersIn } from "./view.ts";

export const partitions: Guess = {
  name: "partitions",
  about: {
    en: "presence, by averaging over partitions",
    it: "presenza, dalla media su più partizioni",
  },
  trials: 200,
  async guess(view) {
    const age = ["0-17"];
    const total = (by: string[], where: Record<string, string[]>) => countOf(view, { by, where });
    const looks = [
      await total([], { age }),
      await total(["sex"], { age }),
      await total(["zone"], { age }),
      (await total([], {})) - (await total([], { age: ["18-34", "mid", "75+"] })),
      (await total([], { age: ["young"] })) - (await total([], { age: ["18-34"] })),
      (await total(["sex"], { age: ["young"] })) - (await total(["zone"], { age: ["18-34"] })),
    ];
    return (
      looks.reduce((sum, look) => sum + look, 0) / looks.length -
        othersIn(view, ["0-17", "_T", "_T"]) >
      0.5
    );
  },
};
