import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Question } from "../../schemas/query.ts";
import type { Refused } from "../../schemas/refusal.ts";
import { makeManifest } from "../../tests/world/federation.ts";
import { codesOf, leavesOf, treeOf } from "./axes.ts";
import { cellsOf, planFor } from "./figure-plan.ts";

const manifest = makeManifest("IT-028060");
const ask = (change: object) =>
  Question.parse({
    members: ["IT-028060"],
    dataset: "prestazioni",
    period: "2022",
    measures: [{ count: "any" }],
    ...change,
  });
const plan = (change: object) => planFor(ask(change), manifest);
function refusalOf(change: object): Refused {
  try {
    plan(change);
  } catch (error) {
    return error as Refused;
  }
  throw new Error("was not refused");
}

describe("figures", () => {
  test("a mean needs its count and its centred sum, and nothing stands twice", () => {
    const measures = [
      { count: "any" },
      { mean: "hours", of: "A2.07" },
      { sum: "hours" },
      { share: "A2.07", over: "any" },
    ];
    expect(plan({ measures }).figures.map(({ id }) => id)).toEqual(["any", "A2.07", "hours"]);
  });
});

describe("codes", () => {
  test("by without where lists the top codes of the tree, with where the codes given", () => {
    expect(plan({ by: ["age"] }).by).toEqual([{ id: "age", codes: ["young", "35-64", "old"] }]);
    expect(plan({ by: ["age"], where: { age: ["85+", "0-17"] } }).by).toEqual([
      { id: "age", codes: ["85+", "0-17"] },
    ]);
  });

  test("a level lists its codes, of a branch that ends before the last one, within where", () => {
    const leaves = ["0-17", "18-34", "35-64", "65-74", "75-84", "85+"];
    const by = (text: string, where: object = {}) => plan({ by: [text], where }).by[0]!.codes;
    expect(by("age@1")).toEqual(by("age"));
    expect(by("age@2")).toEqual(leaves);
    expect(by("age@9")).toEqual(leaves);
    expect(by("age@2", { age: ["old", "0-17"] })).toEqual(["65-74", "75-84", "85+", "0-17"]);
    expect(cellsOf(plan({ by: ["sex", "age@2"], where: { age: ["young"] } }))[0]).toEqual({
      sex: "F",
      age: "0-17",
    });
  });

  test("a level is of a dimension that is there, and a dimension stands once", () => {
    expect(refusalOf({ by: ["place@2"] })).toMatchObject({ reason: "unknown-dimension" });
    expect(refusalOf({ by: ["age", "age@2"] })).toMatchObject({ reason: "query-invalid" });
    for (const text of ["age@0", "age@10", "@1", "age@", "age@1@2"])
      expect(Question.shape.by.safeParse([text]).success).toBe(false);
  });

  test("a union that is a node of the tree is read at that node", () => {
    expect(plan({ where: { age: ["65-74", "85+", "75-84", "0-17"] } }).filter).toEqual([
      { id: "age", codes: ["0-17", "old"] },
    ]);
  });

  test("a list that covers a whole dimension filters nothing and counts towards no order", () => {
    const where = {
      sex: ["M", "F"],
      age: ["young", "35-64", "65-74", "75-84", "85+"],
      zone: ["hills"],
    };
    expect(plan({ where, measures: [{ mean: "hours" }] }).filter).toEqual([
      { id: "zone", codes: ["hills"] },
    ]);
  });

  test("cells are the combinations in the order of the question", () => {
    expect(cellsOf(plan({ by: ["sex", "zone"], where: { zone: ["south", "north"] } }))).toEqual([
      { sex: "F", zone: "south" },
      { sex: "F", zone: "north" },
      { sex: "M", zone: "south" },
      { sex: "M", zone: "north" },
    ]);
  });
});

test.each([
  ["a field that does not exist", { measures: [{ count: "income" }] }, "unknown-field"],
  ["a sum asked for as a count", { measures: [{ count: "hours" }] }, "unknown-field"],
  [
    "a mean over others than it was released over",
    { measures: [{ mean: "hours", of: "any" }] },
    "unknown-field",
  ],
  ["a share of a sum", { measures: [{ share: "hours", over: "any" }] }, "unknown-field"],
  ["a dimension that does not exist", { by: ["income"] }, "unknown-dimension"],
  [
    "a member of every object as a dimension",
    { where: { constructor: ["F"] } },
    "unknown-dimension",
  ],
  ["a code of another dimension", { where: { sex: ["north"] } }, "unknown-code"],
  ["a code and its parent", { where: { age: ["old", "85+"] } }, "overlapping-codes"],
  ["a code twice", { where: { sex: ["F", "F"] }, by: ["sex"] }, "overlapping-codes"],
  ["a dimension twice", { by: ["sex", "sex"] }, "query-invalid"],
  [
    "one dimension more than a count is released for",
    { measures: [{ count: "A2.07" }], by: ["sex", "age"], where: { zone: ["hills"] } },
    "beyond-order",
  ],
])("refuses %s", (_, change, reason) => expect(refusalOf(change).reason).toBe(reason));

test("the total cannot be named: it is no code", () => {
  expect(Question.safeParse({ ...ask({}), where: { sex: ["_T"] } }).success).toBe(false);
});

test("a question beyond the order names the largest questions that are answered", () => {
  const { hint } = refusalOf({ measures: [{ count: "A2.08" }], by: ["sex", "age", "zone"] });
  expect(hint.detail).toContain("sex and age; or sex and zone; or age and zone");
  expect(refusalOf({ measures: [{ mean: "hours" }], by: ["sex", "age"] }).hint.detail).toContain(
    "at most 1 of them at once: sex; or age",
  );
});

describe("for any question on a tree", () => {
  const age = manifest.axes[1]!;
  const tree = treeOf(age);
  const leavesBelow = (code: string): string[] => {
    const node = tree.nodes[tree.index.get(code)!]!;
    return node.children.length === 0
      ? [code]
      : node.children.flatMap((child) => leavesBelow(tree.nodes[child]!.code));
  };
  const lists = fc.uniqueArray(fc.constantFrom(...codesOf(age.codes)), { minLength: 1 });

  test("a filter keeps exactly the leaves that were asked for, each once, in no more codes", () => {
    fc.assert(
      fc.property(lists, (codes) => {
        const asked = codes.flatMap(leavesBelow);
        if (new Set(asked).size !== asked.length) {
          expect(refusalOf({ where: { age: codes } }).reason).toBe("overlapping-codes");
          return;
        }
        const [filter] = plan({ where: { age: codes } }).filter;
        const read = filter === undefined ? leavesOf(age.codes) : filter.codes.flatMap(leavesBelow);
        expect([...read].sort()).toEqual([...asked].sort());
        expect(filter?.codes.length ?? 0).toBeLessThanOrEqual(codes.length);
      }),
    );
  });

  test("the order of the codes in where does not matter to a filter", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(leavesOf(age.codes), { minLength: 1 }), (leaves) => {
        const sorted = [...leaves].sort();
        expect(plan({ where: { age: leaves } }).filter).toEqual(
          plan({ where: { age: sorted } }).filter,
        );
      }),
    );
  });

  test("what is planned never crosses more dimensions than any of its figures is released for", () => {
    const axes = manifest.axes.map(({ id }) => id);
    const measures = fc.subarray([{ count: "any" }, { count: "A2.07" }, { mean: "hours" }], {
      minLength: 1,
    });
    fc.assert(
      fc.property(measures, fc.subarray(axes), fc.subarray(axes), (asked, by, filtered) => {
        const where = Object.fromEntries(
          filtered.map((id) => [
            id,
            [leavesOf(manifest.axes.find((axis) => axis.id === id)!.codes)[0]!],
          ]),
        );
        const crossed = new Set([...by, ...filtered]).size;
        const order = Math.min(
          ...asked.map((measure) => ("mean" in measure ? 1 : measure.count === "any" ? 3 : 2)),
        );
        if (crossed > order) {
          expect(refusalOf({ measures: asked, by, where }).reason).toBe("beyond-order");
          return;
        }
        const made = plan({ measures: asked, by, where });
        expect(made.by.length + made.filter.length).toBe(crossed);
      }),
    );
  });
});
