import fc from "fast-check";
import { expect, test } from "vitest";
import { Question } from "../../schemas/query.ts";
import type { Manifest } from "../../schemas/release.ts";
import { type CodeTree, OpenedLevel } from "../../schemas/words.ts";
import { makeManifest, signedAs } from "../../tests/world/federation.ts";
import { codesOf, treeOf } from "./axes.ts";
import {
  closed,
  codesIn,
  digestOfCodes,
  digestOfLevel,
  listsOf,
  missingFrom,
  opened,
  openedFor,
  withLists,
} from "./code-lists.ts";
import { planFor } from "./figure-plan.ts";
import { unionFactor } from "./union-variance.ts";

/** Trees of three levels, some of them wider than a block; every code in it once. */
const trees = fc
  .array(fc.array(fc.constantFrom(0, 0, 1, 3, 70), { maxLength: 5 }), {
    minLength: 6,
    maxLength: 9,
  })
  .chain((shape) =>
    fc.constantFrom(0, 100).map((more): CodeTree => {
      const top = shape.map((groups, a) =>
        groups.length === 0
          ? `${a}`
          : ([
              `${a}`,
              groups.map((size, b) =>
                size === 0
                  ? `${a}.${b}`
                  : ([
                      `${a}.${b}`,
                      Array.from({ length: size }, (_, c) => `${a}.${b}.${c}`),
                    ] as const),
              ),
            ] as const),
      );
      return [
        ...top,
        ...Array.from({ length: more }, (_, at) => `more ${at} of a long list of places`),
      ];
    }),
  );
const places = (codes: CodeTree): Manifest =>
  makeManifest("istat", { axes: [{ id: "place", title: { it: "p", en: "p" }, codes }] });
const named = (manifest: Manifest) => ({
  ...signedAs(manifest),
  axes: manifest.axes.map((axis) => ({ ...axis, codes: digestOfCodes(axis.codes) })),
});
const ask = (change: object) =>
  Question.parse({
    members: ["istat"],
    dataset: "prestazioni",
    period: "2022",
    measures: [{ count: "any" }],
    ...change,
  });
/** What was planned, or why not. */
function planned(question: Question, manifest: Manifest): unknown {
  try {
    return planFor(question, manifest);
  } catch (error) {
    return String(error);
  }
}

test("a list that is opened where a question touches it is the same list, and plans the same", () => {
  const cases = trees.chain((codes) => {
    const some = fc.subarray(codesOf(codes), { minLength: 1, maxLength: 6 });
    return fc.record({
      codes: fc.constant(codes),
      where: fc.option(some, { nil: undefined }),
      level: fc.constantFrom("", "@1", "@2", "@3", "@9", undefined),
    });
  });
  fc.assert(
    fc.property(cases, ({ codes, where, level }) => {
      const question = ask({
        by: level === undefined ? [] : [`place${level}`],
        where: where === undefined ? {} : { place: where },
      });
      const whole = places(codes);
      const signed = named(whole);
      const levels = openedFor(question, signed, whole).map((one) =>
        OpenedLevel.parse(JSON.parse(JSON.stringify(one))),
      );
      expect(levels.map(digestOfLevel)).toEqual(
        question.by.length > 0 || where ? [digestOfCodes(codes)] : [],
      );
      const read = withLists(signed, listsOf(levels));
      expect(planned(question, read)).toEqual(planned(question, whole));
      // and so is the noise of a union
      if (where === undefined) return;
      const factor = ({ axes }: Manifest) => unionFactor(treeOf(axes[0]!), where);
      expect(factor(read)).toBe(factor(whole));
    }),
  );
});

test("one code more, less or elsewhere is another list", () => {
  const codes: CodeTree = [["north", ["a", "b"]], "c"];
  const others: CodeTree[] = [
    [["north", ["a", "b"]], "c", "d"],
    [["north", ["a", "b"]]],
    [["north", ["b", "a"]], "c"],
    [["north", ["a"]], "b", "c"],
    ["north", "a", "b", "c"],
    [
      ["north", ["a", "b"]],
      ["c", ["d"]],
    ],
  ];
  expect(new Set([codes, ...others].map(digestOfCodes)).size).toBe(others.length + 1);
});

test("one place of 7,904 is opened at its block, and the others are counted", () => {
  const codes = Array.from({ length: 7904 }, (_, at) => `${100_000 + at}`);
  const level = closed(opened(codes), new Set(["104000"]));
  const shown = codesIn(level);
  expect(shown).toHaveLength(7904);
  expect(shown.filter((code) => code !== "")).toHaveLength(64);
  expect(JSON.stringify(level).length).toBeLessThan(JSON.stringify(codes).length / 5);
});

test("a manifest whose lists are not at hand answers no question on them", () => {
  const signed = named(places(["a", "b"]));
  expect(missingFrom(new Map(), signed)).toEqual([digestOfCodes(["a", "b"])]);
  expect(() => planFor(ask({ by: ["place"] }), withLists(signed, new Map()))).toThrow(
    expect.objectContaining({ reason: "unknown-dimension" }),
  );
  expect(planFor(ask({}), withLists(signed, new Map())).by).toEqual([]);
});
