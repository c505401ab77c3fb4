import { expect, test } from "vitest";
import { cityOf } from "../../docs/demo/cities.ts";
import { prestazioni } from "../../docs/demo/datasets.ts";
import type { Descriptor } from "../../schemas/descriptor.ts";
import { descriptorWith, wellFormed } from "../../tests/world/policy.ts";
import { treeOf } from "../disclosure/axes.ts";
import { normalQuantile } from "../disclosure/normal.ts";
import { planRelease } from "../disclosure/release-plan.ts";
import { type ShownAs, shownAs } from "../disclosure/reliability.ts";
import { drawsFrom } from "../release/protect/noise.ts";
import { Exact, Protected } from "../release/protect/protect.ts";
import { neighbours } from "./alternatives.ts";
import { dotBlocks, shareBlocks } from "./blocks.ts";
import { apartOf, type FocusCode, focusOf } from "./focus.ts";
import type { Shown } from "./panel.ts";
import { previewPicture } from "./picture.ts";
import { preview } from "./preview.ts";
import { crossOf, standIn } from "./synthetic-data.ts";

const padova = prestazioni(cityOf("IT-028060"));
const nothing = { spent: 0, ceiling: 15 };
const looked = (descriptor: Descriptor, subjects = 2_000): Shown[] => {
  const people = standIn(descriptor, { subjects, codes: {} });
  const choice = focusOf(planRelease(descriptor, "2022"));
  return neighbours(descriptor, choice).map((neighbour) => ({
    neighbour,
    preview: preview(planRelease(neighbour.descriptor, "2022"), people, nothing, choice),
  }));
};
const all = looked(padova);
const named = (key: string) => all.find(({ neighbour }) => neighbour.key === key)!;

test("the stand-in has as many subjects as were asked for, the same ones every time, and every one in a leaf", () => {
  const plan = planRelease(padova, "2022");
  const cross = crossOf(standIn(padova, { subjects: 500, codes: {} }), plan);
  expect(cross).toEqual(crossOf(standIn(padova, { subjects: 500, codes: {} }), plan));
  expect(cross.rows.reduce((sum, { values }) => sum + values[0]!, 0)).toBe(500);
  const trees = plan.descriptor.dimensions.map(({ id, codes }) =>
    treeOf({ id, codes: codes as string[] }),
  );
  for (const { codes } of cross.rows)
    for (const [axis, code] of codes.entries())
      expect(trees[axis]!.nodes[trees[axis]!.index.get(code)!]!.children).toEqual([]);
});

test("public totals by code are what the draw goes by", () => {
  const people = standIn(padova, {
    subjects: 4_000,
    codes: { sex: { F: 3, M: 1 }, benefit: { "A2.07": 1 } },
  });
  const women = people.subjects.filter(({ codes }) => codes.get("sex") === "F").length;
  expect(women / 4_000).toBeGreaterThan(0.72);
  expect(women / 4_000).toBeLessThan(0.78);
  expect(people.subjects.every(({ held }) => held.join() === "A2.07")).toBe(true);
  expect(() => standIn(padova, { codes: { sex: { X: 1 } } })).toThrow(RangeError);
});

test("nobody of the stand-in is in more codes than a family allows, or outside its bounds", () => {
  const descriptor = descriptorWith({ axes: [["a"]], atMost: 1, pair: true });
  const plan = planRelease(descriptor, "2022");
  const { rows } = crossOf(standIn(descriptor, { subjects: 1_000, codes: {} }), plan);
  const [any, a, b, c, both, hours] = rows[0]!.values as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  expect(a + b + c).toBe(any);
  expect(both).toBe(0);
  expect(Math.abs(hours)).toBeLessThanOrEqual(1_500 * a);
});

test.each([1, 12])(
  "the shares of points and of what is kept away are those of releases of the stand-in, on average: smallest %i",
  (smallest) => {
    const small = descriptorWith({
      axes: [
        ["a", "b", "c", "d"],
        ["f", "m"],
      ],
      atMost: 2,
      pair: true,
    });
    const plan = planRelease({ ...small, policy: { ...small.policy, smallest } }, "2022");
    const people = standIn(plan.descriptor, { subjects: 300, codes: {} });
    const cross = crossOf(people, plan);
    const counts = new Map<
      number,
      { point: number; interval: number; withheld: number; of: number }
    >();
    for (let key = 0; key < 400; key++) {
      const { draw } = drawsFrom(
        new Uint8Array(32).fill(key % 256, Math.floor(key / 256)),
        `x/small/2022/${key + 1}`,
      );
      for (const [at, field] of plan.fields.entries()) {
        if (field.released.kind !== "count") continue;
        const exact = () => Exact.of(cross, plan.trees, field.released.order, at);
        const bare = Protected.protect("none", exact(), field, draw).lattice;
        const released = Protected.protect("lattice", exact(), field, draw).lattice;
        for (const [name, { axes, values }] of released.marginals) {
          const seen = counts.get(axes.length) ?? { point: 0, interval: 0, withheld: 0, of: 0 };
          counts.set(axes.length, seen);
          for (const [cell, value] of values.entries()) {
            if (bare.marginals.get(name)!.values[cell] === 0) continue;
            const [count, sd] = [value / field.steps, field.scale / field.steps];
            seen.of += 1;
            seen[shownAs({ kind: "count", value: count, sd, smallest })] += 1;
          }
        }
      }
    }
    const { orders } = preview(plan, people, nothing, focusOf(plan));
    for (const { order, points, intervals, withheld } of orders) {
      const seen = counts.get(order)!;
      expect(points, `order ${order}`).toBeCloseTo(seen.point / seen.of, 1);
      expect(intervals, `order ${order}`).toBeCloseTo(seen.interval / seen.of, 1);
      expect(withheld, `order ${order}`).toBeCloseTo(seen.withheld / seen.of, 1);
      expect(points + intervals + withheld).toBeCloseTo(1, 12);
      if (smallest === 1) expect(withheld).toBe(0);
    }
  },
);

test("the neighbours of the common dataset, and what each of them does", () => {
  expect(all.map(({ neighbour }) => neighbour.key)).toEqual([
    "today",
    "fewer-fields",
    "lower-order",
    "fewer-dimensions",
    "contract",
    "open",
  ]);
  const margin = (key: string) =>
    named(key).preview.fields.find(({ id }) => id === "A2.07")!.margin;
  for (const key of ["fewer-fields", "lower-order", "fewer-dimensions", "contract"])
    expect(margin(key), key).toBeLessThan(margin("today"));
  expect(margin("open")).toBeGreaterThan(margin("today"));
  expect(named("fewer-fields").neighbour.note.en).toContain(
    "Home care and integrated home care together",
  );
  expect(named("fewer-dimensions").neighbour.note.en).toContain("Citizenship");
  expect(named("lower-order").preview.orders.map(({ order }) => order)).toEqual([0, 1, 2]);
  expect(named("today").preview.focus).toMatchObject({
    field: { id: "A2.07" },
    axis: { id: "age" },
    pairs: 10,
  });
});

test("whether it fits: 20 points do not under 15, and the other datasets of the year count", () => {
  expect(named("today").preview.fit).toMatchObject({
    fits: true,
    room: expect.closeTo(15, 9),
    points: expect.closeTo(10, 9),
  });
  expect(named("contract").preview.fit).toMatchObject({
    fits: false,
    points: expect.closeTo(20, 9),
  });
  const plan = planRelease(padova, "2022");
  const people = standIn(padova, { subjects: 10, codes: {} });
  const { fit } = preview(plan, people, { spent: 0.4, ceiling: 15 }, focusOf(plan));
  expect(fit.fits).toBe(false);
  expect(fit.room).toBeLessThan(10);
});

test("two releases a period share its loss: a release spends half, the period the whole", () => {
  const plan = planRelease(
    descriptorWith({
      axes: [["a", "b"]],
      atMost: 1,
      pair: false,
      calendar: { "2022": ["2023-01-31", "2023-06-30"] },
    }),
    "2022",
  );
  const { fit, reach } = preview(
    plan,
    standIn(plan.descriptor, { subjects: 10, codes: {} }),
    nothing,
    focusOf(plan),
  );
  expect(2 * fit.release).toBeCloseTo(fit.period, 12);
  expect([reach.release, reach.period, reach.twoYears, reach.fiveYears]).toEqual([
    57.1, 60, 64, 71.4,
  ]);
});

test("a family alone has one code a person fewer as its neighbour; dropping a code would change nothing", () => {
  const whole = descriptorWith({ axes: [["a", "b"]], atMost: 2, pair: false });
  const alone = { ...whole, fields: whole.fields.filter(({ kind }) => kind === "any") };
  const [today, fewer] = looked(alone, 100);
  expect(fewer!.neighbour.note.en).toContain("at most 1");
  expect(fewer!.preview.fields[1]!.sd).toBeLessThan(today!.preview.fields[1]!.sd);
});

test("within a code of another dimension, the codes of the first add up to that one's count, and its dimension stays", () => {
  const plan = planRelease(padova, "2022");
  const people = standIn(padova, { subjects: 3_000, codes: {} });
  const choice = { ...focusOf(plan, "sex"), within: { axis: "age", code: "75-84" } };
  const { focus } = preview(plan, people, nothing, choice);
  const old = people.subjects.filter(
    ({ codes, held }) => ["75-79", "80-84"].includes(codes.get("age")!) && held.includes("A2.07"),
  );
  expect(focus.codes.reduce((sum, { value }) => sum + value, 0)).toBe(old.length);
  expect(focus.within).toMatchObject({ code: "75-84" });
  const onlyTwo = {
    ...padova,
    dimensions: padova.dimensions.filter(({ id }) => id === "age" || id === "sex"),
  };
  expect(neighbours(onlyTwo, choice).map(({ key }) => key)).not.toContain("fewer-dimensions");
});

test("codes are told apart by the noise of their difference, with z for all pairs", () => {
  const code = (name: string, value: number, as: ShownAs = "point"): FocusCode => ({
    code: name,
    value,
    low: 0,
    high: 0,
    shownAs: as,
  });
  const least = normalQuantile(1 - 0.025 / 3) * Math.sqrt(2 + 2 / 3) * 10;
  expect(apartOf([code("a", 100), code("b", 100 + least + 0.01), code("c", 101)], 10)).toEqual({
    pairs: 3,
    apart: [["a", "b"]],
  });
  expect(apartOf([code("a", 1, "interval"), code("b", 1_000), code("c", 1_000)], 10).apart).toEqual(
    [],
  );
});

test.each(["it", "en"] as const)(
  "the picture is a well-formed image without script, with a title and a finding (%s)",
  (language) => {
    const svg = previewPicture(all, 'Padova <2022> & "altri"', language);
    expect(wellFormed(svg)).toBe(true);
    expect(svg).toMatch(/^<svg [^>]*role="img"/);
    expect(svg).toContain("<title");
    expect(svg).toContain("<desc");
    expect(svg).not.toMatch(/<script|href|url\(http|NaN|undefined/);
    // nothing is too small to be read
    for (const [, size] of svg.matchAll(/font-size="([\d.]+)"/g))
      expect(Number(size)).toBeGreaterThanOrEqual(13);
    expect(previewPicture(all, "x", language)).toBe(previewPicture(all, "x", language));
  },
);

test("the terminal shows a bar an order and policy, and no dot where a reader gets no number", () => {
  const shares = shareBlocks(all, "en");
  expect(shares).toHaveLength(2 + all.length);
  expect(shares.find((line) => line.startsWith("Order 2"))).toContain("not published");
  const dots = dotBlocks(looked(padova, 60), "en");
  expect(dots.some((line) => line.includes("┤") && !line.includes("●"))).toBe(true);
  expect(dotBlocks(looked(padova), "en").some((line) => line.includes("●"))).toBe(true);
  const kept = { ...padova, policy: { ...padova.policy, smallest: 50 } };
  expect(dotBlocks(looked(kept, 60), "en").some((line) => line.includes("not shown"))).toBe(true);
  for (const line of [...shares, ...dots]) expect(line.length).toBeLessThan(110);
});
