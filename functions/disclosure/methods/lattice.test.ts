import fc from "fast-check";
import { expect, test } from "vitest";
import { cityOf } from "../../../docs/demo/cities.ts";
import { prestazioni } from "../../../docs/demo/datasets.ts";
import { Descriptor, type Field } from "../../../schemas/descriptor.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { loss, muOfPoints, variance } from "../../../tests/reference/account.ts";
import { axisLoss, tree } from "../../../tests/reference/tree.ts";
import { descriptorWith } from "../../../tests/world/policy.ts";
import { accept } from "../descriptor-rules.ts";
import { planRelease } from "../release-plan.ts";

const base = descriptorWith({
  axes: [
    ["a", "b", "c"],
    ["f", "m"],
  ],
  atMost: 2,
  pair: true,
});
/** The small descriptor with shares of its three single fields; undefined: by default. */
const withShares = (any?: number, both?: number, hours?: number): Descriptor => ({
  ...base,
  fields: base.fields.map((field): Field => {
    const share = { any, "A&B": both, hours }[field.id];
    return share === undefined ? field : { ...field, share };
  }),
});
const sharesOf = (descriptor: Descriptor) =>
  Object.fromEntries(
    planRelease(descriptor, "2022").fields.map(({ released: { id, share } }) => [id, share]),
  );

test("sums take a tenth together, counts the rest by the square root of units, fields and loss", () => {
  const { any, A, hours, ...rest } = sharesOf(base);
  expect(hours).toBeCloseTo(0.1, 12);
  expect(rest["A&B"]).toBeCloseTo(any!, 12);
  // a family of three codes, of which a subject enters two: √(2·3) as much as a single count
  expect(A! / any!).toBeCloseTo(Math.sqrt(6), 12);
  expect(any! + rest["A&B"]! + A! + hours!).toBeCloseTo(1, 12);
});

test("what the descriptor says counts, and what it leaves goes to the others", () => {
  const said = sharesOf(withShares(0.3, undefined, 0.25));
  expect(said).toMatchObject({ any: 0.3, hours: 0.25 });
  expect(said.A! + said["A&B"]!).toBeCloseTo(0.45, 12);
  const reasons = [withShares(0.6, 0.4), withShares(0.3, 0.3, 0.1)].map((descriptor) => {
    try {
      accept(descriptor);
      return "accepted";
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return error.hint?.detail;
    }
  });
  expect(reasons).toEqual(["the shares given leave nothing for hours", "accepted"]);
});

test("whatever is given, a release never spends more than its policy, and spends all of it where a count has no share", () => {
  const some = fc.option(fc.double({ min: 0.001, max: 0.9, noNaN: true }), { nil: undefined });
  fc.assert(
    fc.property(some, some, some, fc.boolean(), (any, both, hours, family) => {
      const given = withShares(any, both, hours);
      const { family: _, ...alone } = {
        ...given,
        fields: given.fields.filter(({ kind }) => kind === "any" || kind === "sum"),
      };
      const descriptor = family
        ? given
        : Descriptor.parse({
            ...alone,
            fields: alone.fields.map((field) => ({
              ...field,
              ...(field.kind === "sum" ? { of: "any" } : {}),
            })),
          });
      let taken: ReturnType<typeof accept>;
      try {
        taken = accept(descriptor);
      } catch {
        return;
      }
      const { mu2 } = planRelease(taken, "2022");
      const whole = muOfPoints(10) ** 2;
      expect(mu2).toBeLessThanOrEqual(whole * (1 + 1e-12));
      if (family || any === undefined) expect(mu2).toBeCloseTo(whole, 12);
    }),
  );
});

test("no other division of the counts' loss has less variance over all fields together", () => {
  const { fields, trees } = planRelease(base, "2022");
  expect(trees).toHaveLength(2);
  const groups = [["any"], ["A&B"], ["A", "B", "C"]].map((ids) => {
    const own = fields.filter(({ released }) => ids.includes(released.id));
    const [{ released } = { released: undefined }] = own;
    return { share: released!.share, all: own.length * released!.variance };
  });
  // a field's variance goes with 1/share
  const total = (shift: readonly number[]) =>
    groups.reduce((sum, { share, all }, at) => sum + (all * share) / (share + shift[at]!), 0);
  for (const shift of [
    [0.01, -0.01, 0],
    [-0.01, 0, 0.01],
    [0.005, 0.005, -0.01],
  ])
    expect(total(shift)).toBeGreaterThan(total([0, 0, 0]));
});

test("the common dataset: one benefit's deviation falls from 13.3 to 7.4, that of any from 13.3 to 12.0", () => {
  const common = prestazioni(cityOf("IT-016024"));
  const axes = common.dimensions.map(({ id, codes }) => {
    if (codes === "from-data") throw new TypeError("code lists never come from the data");
    return axisLoss(tree(id, codes));
  });
  const mu2 = muOfPoints(10) ** 2;
  const quarters = ["age", "sex", "citizenship"].map(
    (id) => axes[common.dimensions.findIndex((one) => one.id === id)]!,
  );
  // before: counts of order 3 with ten districts, three quarters of the loss for four equal units
  const before = variance(1, loss([...quarters, (10 - 1) / (10 + 1)], 3), 0.75 / 4, mu2);
  expect(Math.sqrt(before)).toBeCloseTo(13.264, 3);
  // now: any by three dimensions, thirteen codes (two a person) and one pair by two, nine tenths of the loss
  const [L2, L3] = [loss(quarters, 2), loss(quarters, 3)];
  const roots = { any: Math.sqrt(L3), code: Math.sqrt(2 * 13 * L2), pair: Math.sqrt(L2) };
  const whole = roots.any + roots.code + roots.pair;
  const sd = (units: number, L: number, root: number) =>
    Math.sqrt(variance(units, L, (0.9 * root) / whole, mu2));
  const wanted = { any: sd(1, L3, roots.any), "A2.07": sd(2, L2, roots.code) };
  expect(wanted["A2.07"]).toBeCloseTo(7.4, 2);
  expect(wanted.any).toBeCloseTo(11.97, 2);
  const { fields } = planRelease(common, "2022");
  for (const [id, deviation] of Object.entries(wanted)) {
    const released = fields.find((field) => field.released.id === id)!.released;
    expect(Math.sqrt(released.variance), id).toBeCloseTo(deviation, 10);
  }
});
