import { expect, test } from "vitest";
import type { Field } from "../../schemas/descriptor.ts";
import { Refused } from "../../schemas/refusal.ts";
import { descriptorWith } from "../../tests/world/policy.ts";
import { accept } from "./descriptor-rules.ts";
import { figuresIn, MOST_FIGURES } from "./release-size.ts";

const both = (text: string) => ({ it: text, en: text });
const base = descriptorWith({ axes: [["a", "b"]], atMost: 1, pair: false });
const listed = (letter: string, count: number, width = 2) =>
  Array.from({ length: count }, (_, at) => `${letter}${String(at).padStart(width, "0")}`);

/** A table without subjects, over dimensions of so many codes; all tables are released unless an order is given. */
const table = (sizes: readonly number[], fields: number, order?: number) => {
  const { subject: _, family: __, ...rest } = base;
  return {
    ...rest,
    kind: "statistics",
    dimensions: sizes.map((size, at) => ({
      ...base.dimensions[0]!,
      id: "abcde"[at]!,
      column: "abcde"[at]!,
      codes: listed("c", size),
    })),
    fields: Array.from(
      { length: fields },
      (__, at): Field => ({
        ...{ id: `n${at}`, kind: "count", column: `N${at}`, title: both("x") },
        ...(order === undefined ? {} : { order }),
      }),
    ),
    policy: { ...base.policy, method: "none" },
  };
};
const refusal = (descriptor: object): string => {
  try {
    accept(descriptor);
    return "accepted";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    expect(error.reason).toBe("descriptor-invalid");
    return String(error.hint?.detail ?? error.message);
  }
};

test("five dimensions of fourteen codes are refused, with the number of figures and what to leave out", () => {
  expect(refusal(table([14, 14, 14, 14, 14], 2))).toBe(
    "a release would have 1,518,750 figures, and at most 1,000,000 can be made: the codes of a (14) × b (14) × c (14) × d (14) × e (14) multiply in tables of up to 5 at once, for 2 fields; leave out a (101,250 are left), or give every field an order of at most 4 (443,102), or list fewer codes, or fewer fields",
  );
});

test("what the sentence says is accepted", () => {
  expect(refusal(table([14, 14, 14, 14], 2))).toBe("accepted");
  expect(refusal(table([14, 14, 14, 14, 14], 2, 4))).toBe("accepted");
  expect(figuresIn(accept(table([14, 14, 14, 14, 14], 2, 4)))).toBe(443_102);
});

test("dimensions of 17 to 41 codes and forty fields are refused without being laid out", () => {
  expect(refusal(table([17, 17, 40, 41, 41], 40))).toContain(
    "a release would have 937,319,040 figures",
  );
  expect(refusal(table([17, 17, 40, 41, 41], 40))).toContain(
    "leave out d and e (531,360 are left)",
  );
});

test("a release of up to a million figures is accepted, and of one code more is not", () => {
  expect(refusal(table([99, 99, 99], 1))).toBe("accepted");
  expect(figuresIn(accept(table([99, 99, 99], 1)))).toBe(MOST_FIGURES);
  expect(refusal(table([100, 99, 99], 1))).toContain("1,010,000 figures");
});

test("thousands of long codes are accepted: the manifest names their list by its digest", () => {
  const { dimensions, ...rest } = table([1], 1);
  const long = listed(`${"a long name of a place ".repeat(2)}`, 6800, 4);
  expect(refusal({ ...rest, dimensions: [{ ...dimensions[0]!, codes: long }] })).toBe("accepted");
});

test("what is repeated too often is refused where a manifest of it could not be stored", () => {
  const banded = Array.from({ length: 40 }, (_, at) => ({
    ...{ id: `f${at}`, kind: "bands", column: `N${at}`, title: both("x ".repeat(100)) },
    ...{ cuts: Array.from({ length: 20 }, (__, cut) => cut + 1), source: "a law" },
  }));
  const sentence = refusal({ ...base, fields: banded });
  expect(sentence).toMatch(/^a manifest would have up to \d{3},\d{3} bytes, and at most 290,000/);
  expect(sentence).toContain("every field repeats its title and unit");
});

test("a descriptor that could not be stored itself is refused", () => {
  const { dimensions, ...rest } = table([2], 1);
  const map = Object.fromEntries(
    listed(`raw ${"value ".repeat(10)}`, 6000, 4).map((raw) => [raw, "c00"]),
  );
  expect(refusal({ ...rest, dimensions: [{ ...dimensions[0]!, map }] })).toMatch(
    /^the descriptor has \d{3},\d{3} bytes with the names of its columns, and is stored with at most 380,000/,
  );
});

test("a year of releases that its account could not hold is refused", () => {
  const banded = Array.from({ length: 40 }, (_, at) => ({
    ...{
      id: `field number ${at}`,
      kind: "bands",
      column: `N${at}`,
      title: both("x"),
      source: "a law",
    },
    cuts: Array.from({ length: 20 }, (__, cut) => cut + 1),
  }));
  const { subject: _, ...rest } = { ...base, fields: banded };
  const monthly = Array.from(
    { length: 12 },
    (__, at) => `2023-${String(at + 1).padStart(2, "0")}-15`,
  );
  expect(
    refusal({
      ...rest,
      subject: base.subject,
      policy: { ...base.policy, calendar: { "2021": ["2022-06-30"], "2022": monthly } },
    }),
  ).toMatch(/^the account of 2022 would take up to [\d,]+ bytes for 12 releases of 843 fields/);
  // a release of each month is twelve of the year as well
  const months = Object.fromEntries(
    monthly.map((day) => [`2022-${day.slice(5, 7)}`, [day]] as const),
  );
  expect(
    refusal({
      ...{ ...rest, v: 2 },
      subject: base.subject,
      policy: { ...base.policy, calendar: { "2021": ["2022-06-30"], ...months } },
    }),
  ).toMatch(/^the account of 2022 would take up to [\d,]+ bytes for 12 releases of 843 fields/);
});
