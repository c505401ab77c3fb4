/** Numbers as files write them, read exactly: from the digits themselves, never by way of a float. Pure. */
import type { FileFormat } from "../../../schemas/file-format.ts";

/** `digits` with `scale` of them behind the decimal sign. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly scale: number;
}
export type NumberSigns = Pick<FileFormat, "decimal" | "thousands" | "zeros" | "signs">;
const ZERO: Decimal = { negative: false, digits: "0", scale: 0 };

/** Digits beyond which a number is no amount of anything. */
const MOST_DIGITS = 60;

const patterns = new Map<string, RegExp>();
function patternOf({ decimal, thousands }: NumberSigns): RegExp {
  const key = `${decimal}${thousands ?? ""}`;
  let pattern = patterns.get(key);
  if (pattern === undefined) {
    const whole =
      thousands === undefined ? "\\d+" : `\\d{1,3}(?:[${signsOf(thousands)}]\\d{3})+|\\d+`;
    pattern = new RegExp(`^([+-]?)(${whole})?(?:[${decimal}](\\d+))?$`);
    patterns.set(key, pattern);
  }
  return pattern;
}
/** A blank may be one that does not break, and an apostrophe a curly one: spreadsheets write them so. */
function signsOf(thousands: NonNullable<NumberSigns["thousands"]>): string {
  if (thousands === " ") return " \u00a0\u202f";
  return thousands === "'" ? "'’" : thousands;
}

/**
 * Reads a number with the signs of the format; undefined where the text is not one. Thousands signs may be left out, but where
 * there are any they stand at every third digit: `1.23` is not a number where the point is the thousands sign.
 */
export function parseDecimal(text: string, signs: NumberSigns): Decimal | undefined {
  if (signs.zeros?.includes(text.trim())) return ZERO;
  const parts = patternOf(signs).exec(withoutUnit(text.trim(), signs.signs));
  if (parts === null) return undefined;
  const [, sign, whole = "", fraction = ""] = parts;
  const digits = whole.replace(/\D/g, "") + fraction;
  if (digits === "" || digits.length > MOST_DIGITS) return undefined;
  return { negative: sign === "-", digits, scale: fraction.length };
}

/** A number without the unit before it or behind it, and without the blanks between: `€ -10`, `-€10`, `10 €`. */
function withoutUnit(text: string, units: readonly string[] = []): string {
  for (const unit of units) {
    const [, sign = "", rest = text] = /^([+-]?)\s*(.*)$/s.exec(text) ?? [];
    if (rest.startsWith(unit)) return `${sign}${rest.slice(unit.length).trim()}`;
    if (rest.endsWith(unit)) return `${sign}${rest.slice(0, -unit.length).trim()}`;
  }
  return text;
}

/** A number in grid steps, and whether it lay on the grid. */
interface Steps {
  readonly value: number;
  readonly exact: boolean;
}

/**
 * A number as an integer of a grid of which `perUnit` steps make one unit; halves go away from zero. Undefined where that is
 * beyond the integers that a double holds exactly.
 */
export function toGrid({ negative, digits, scale }: Decimal, perUnit: number): Steps | undefined {
  const { quotient, remainder, divisor } = divide(digits, scale, perUnit);
  const magnitude = 2 * remainder >= divisor ? quotient + 1 : quotient;
  if (!Number.isSafeInteger(magnitude)) return undefined;
  return { value: negative && magnitude !== 0 ? -magnitude : magnitude, exact: remainder === 0 };
}

/** The largest whole number that is not above a number; undefined where a double does not hold it exactly. */
export function floorOf({ negative, digits, scale }: Decimal): number | undefined {
  const { quotient, remainder } = divide(digits, scale, 1);
  const floor = negative ? -quotient - (remainder === 0 ? 0 : 1) : quotient;
  return Number.isSafeInteger(floor) ? floor + 0 : undefined;
}

/** digits · perUnit / 10^scale with its remainder. In doubles where all is small enough to be exact there, which is nearly always. */
function divide(
  digits: string,
  scale: number,
  perUnit: number,
): { quotient: number; remainder: number; divisor: number } {
  const amount = Number(digits) * perUnit;
  if (Number.isSafeInteger(amount) && digits.length <= 15 && scale <= 15) {
    const divisor = 10 ** scale;
    const remainder = amount % divisor;
    return { quotient: (amount - remainder) / divisor, remainder, divisor };
  }
  const big = BigInt(digits) * BigInt(perUnit);
  const divisor = 10n ** BigInt(scale);
  const remainder = big % divisor;
  // only whether there is a remainder, and whether it is a half, matters to the callers
  const half = 2n * remainder >= divisor ? 1 : 0;
  return {
    quotient: Number(big / divisor),
    remainder: remainder === 0n ? 0 : 1 + half,
    divisor: 4,
  };
}
