import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { floorOf, type NumberSigns, parseDecimal, toGrid } from "./numbers.ts";

const point: NumberSigns = { decimal: ".", thousands: undefined };
const italian: NumberSigns = { decimal: ",", thousands: "." };
const steps = (text: string, perUnit: number, signs = point) => {
  const decimal = parseDecimal(text, signs);
  return decimal && toGrid(decimal, perUnit)?.value;
};

describe("reading a number", () => {
  test.each([
    ["€ 641.881.594", 64188159400],
    ["€ -10,67", -1067],
    ["-€10,67", -1067],
    ["- € 10,67", -1067],
    ["10,67\u00a0€", 1067],
    ["10,67", 1067],
    ["-", 0],
    [" .. ", 0],
    ["€€ 1", undefined],
    ["€", undefined],
    ["$ 1", undefined],
    ["34.03", undefined],
  ])("%s with a unit sign, or a sign for zero", (text, expected) => {
    expect(steps(text, 100, { ...italian, signs: ["€"], zeros: ["-", ".."] })).toBe(expected);
  });

  test.each([
    ["0", 0],
    ["-0.00", 0],
    ["+1", 100],
    [".5", 50],
    ["1.005", 101],
    ["-1.005", -101],
    ["1.0049999999999999999999", 100],
    ["2.675", 268],
    ["0.285", 29],
    ["  12.3 ", 1230],
    ["007", 700],
    ["90071992547409.91", 9007199254740991],
  ])("%s is %d hundredths", (text, expected) => {
    expect(steps(text, 100)).toBe(expected);
  });

  test.each([
    "",
    "-",
    ".",
    "1.",
    "1,5",
    "1e3",
    "1 000",
    "0x10",
    "NaN",
    "Infinity",
    "1.2.3",
    "٣",
    "5-",
    "90071992547409.92",
    "9".repeat(61),
  ])("%s is none", (text) => {
    expect(steps(text, 100)).toBeUndefined();
  });

  test.each([
    ["1.234,56", 123456],
    ["1234,56", 123456],
    ["-1.234.567", -123456700],
  ])("%s, with Italian signs", (text, expected) => {
    expect(steps(text, 100, italian)).toBe(expected);
  });

  test("thousands signs stand at every third digit or nowhere", () => {
    for (const text of ["1.23", "1234.567", ".123", "1..234", "1.234.56", "1,234.5"])
      expect(parseDecimal(text, italian)).toBeUndefined();
  });

  test("blanks that do not break and curly apostrophes are thousands signs too", () => {
    expect(steps("1\u00a0234\u202f567,5", 10, { decimal: ",", thousands: " " })).toBe(12345675);
    expect(steps("1’234.5", 10, { decimal: ".", thousands: "'" })).toBe(12345);
  });

  test("whether it lies on the grid is known", () => {
    expect(toGrid(parseDecimal("12.50", point)!, 10)).toEqual({ value: 125, exact: true });
    expect(toGrid(parseDecimal("12.51", point)!, 10)).toEqual({ value: 125, exact: false });
    expect(toGrid(parseDecimal("0.25000000000000000000001", point)!, 4)).toEqual({
      value: 1,
      exact: false,
    });
  });

  test("the whole number below", () => {
    const floor = (text: string) => floorOf(parseDecimal(text, point)!);
    expect([
      floor("9999.99"),
      floor("-0.5"),
      floor("-3"),
      floor("7"),
      floor("0.00000000000000000001"),
    ]).toEqual([9999, -1, -3, 7, 0]);
  });
});

/** An integer written with some signs, `scale` of its digits behind the decimal sign. */
function written(
  value: bigint,
  scale: number,
  decimal: string,
  thousands: string | undefined,
): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const grouped = thousands === undefined ? whole : whole.replace(/\B(?=(\d{3})+$)/g, thousands);
  return `${value < 0n ? "-" : ""}${grouped}${scale === 0 ? "" : decimal + digits.slice(digits.length - scale)}`;
}
const signs = fc
  .record({
    decimal: fc.constantFrom(".", ",") as fc.Arbitrary<"." | ",">,
    thousands: fc.constantFrom(undefined, ".", ",", " ", "'"),
  })
  .filter(({ decimal, thousands }) => decimal !== thousands) as fc.Arbitrary<NumberSigns>;

test("what is written is read back, whatever the signs", () => {
  const safe = fc.bigInt({
    min: -BigInt(Number.MAX_SAFE_INTEGER),
    max: BigInt(Number.MAX_SAFE_INTEGER),
  });
  fc.assert(
    fc.property(safe, fc.integer({ min: 0, max: 6 }), signs, (value, scale, format) => {
      const decimal = parseDecimal(written(value, scale, format.decimal, format.thousands), format);
      expect(decimal && toGrid(decimal, 10 ** scale)).toEqual({
        value: Number(value),
        exact: true,
      });
    }),
  );
});

test("rounding is that of exact fractions, halves away from zero", () => {
  const perUnits = fc.constantFrom(1, 2, 4, 5, 10, 20, 100, 1000);
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
      fc.integer({ min: 0, max: 22 }),
      perUnits,
      (value, scale, perUnit) => {
        const magnitude = (value < 0n ? -value : value) * BigInt(perUnit);
        const divisor = 10n ** BigInt(scale);
        const rounded = (2n * magnitude + divisor) / (2n * divisor);
        const expected =
          rounded > BigInt(Number.MAX_SAFE_INTEGER)
            ? undefined
            : Number(value < 0n ? -rounded : rounded);
        const read = toGrid(parseDecimal(written(value, scale, ".", undefined), point)!, perUnit);
        expect(read?.value).toBe(expected === 0 ? 0 : expected);
        if (read !== undefined) expect(read.exact).toBe(magnitude % divisor === 0n);
      },
    ),
    { numRuns: 500 },
  );
});
