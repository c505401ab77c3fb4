/**
 * The made data that are attacked: sixty invented persons, small enough that thousands of releases take minutes, and with
 * everything that a dataset may have: a tree, a family of which a person holds two codes, two sums. The attacker knows every
 * record but one, the target's, and of that he has two guesses.
 */
import { Descriptor } from "../../schemas/descriptor.ts";

const both = (text: string) => ({ it: text, en: text });
const source = "classes of the attack suite";

export interface Service {
  readonly code: string;
  /** Hundredths of an hour, and cents: the grids of the two sums. */
  readonly hours: number;
  readonly cost: number;
}
export interface Person {
  readonly id: string;
  /** Leaf codes in the order of the descriptor's dimensions. */
  readonly codes: readonly string[];
  readonly services: readonly Service[];
}

export const PERIOD = "2025";
export const FULL = { hours: 4000, cost: 600_000 };

const json = {
  v: 1,
  id: "aiuti",
  kind: "records",
  title: both("Aiuti"),
  description: both("Invented persons who are helped"),
  origin: "made",
  source: "tests/attack/data.ts",
  licence: "CC0-1.0",
  level: "municipality",
  legalBasis: { basis: "public-task", reference: "GDPR art. 6(1)(e)" },
  file: { format: "csv", delimiter: ";" },
  period: { value: PERIOD },
  subject: { unit: both("person"), columns: ["CODE"] },
  dimensions: [
    {
      id: "age",
      title: both("age"),
      column: "AGE",
      codes: [["young", ["0-17", "18-34"]], ["mid", ["35-54", "55-74"]], "75+"],
      source,
    },
    { id: "sex", title: both("sex"), column: "SEX", codes: ["F", "M"], source },
    { id: "zone", title: both("zone"), column: "ZONE", codes: ["nord", "centro", "sud"], source },
  ],
  family: {
    id: "service",
    title: both("service"),
    column: "SERVICE",
    codes: ["care", "meals", "money"].map((code) => ({ code, title: both(code) })),
    atMost: 2,
    order: 2,
    source,
  },
  fields: [
    { id: "any", kind: "any", title: both("helped"), order: 2 },
    ...(
      [
        ["hours", "HOURS", FULL.hours / 100],
        ["cost", "COST", FULL.cost / 100],
      ] as const
    ).map(([id, column, most]) => ({
      id,
      kind: "sum",
      title: both(id),
      column,
      bounds: [0, most],
      grid: 0.01,
      unit: both(id),
      order: 1,
      source: "regulation of the attack suite",
    })),
  ],
  policy: { method: "lattice", advantage: 10, calendar: { [PERIOD]: ["2026-06-30"] } },
};

export const aiuti = (change: object = {}): Descriptor => Descriptor.parse({ ...json, ...change });
/** The same with two dates of release in the period. */
export const twice = (): Descriptor =>
  aiuti({ policy: { ...json.policy, calendar: { [PERIOD]: ["2026-03-31", "2026-06-30"] } } });

const csvOf = ({ id, codes, services }: Person): string[] =>
  services.map(({ code, hours, cost }) =>
    [id, ...codes, code, (hours / 100).toFixed(2), (cost / 100).toFixed(2)].join(";"),
  );

export const fileOf = (persons: readonly Person[]): string =>
  `${["CODE;AGE;SEX;ZONE;SERVICE;HOURS;COST", ...persons.flatMap(csvOf)].join("\n")}\n`;

const AGES = ["0-17", "18-34", "35-54", "55-74", "75+"];
const ZONES = ["nord", "centro", "sud"];

/** A plain multiplicative generator (Park and Miller 1988): the same sixty persons everywhere. */
export function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Everybody but the target. Hours and amounts lie on whole units, so that a low bit would show. */
export const others: readonly Person[] = (() => {
  const draw = lehmer(2_025);
  const pick = <T>(list: readonly T[]) => list[Math.floor(draw() * list.length)]!;
  return Array.from({ length: 59 }, (_, n): Person => {
    const codes = [pick(AGES), pick(["F", "M"]), pick(ZONES)];
    // the zone where she lives is thinly settled, as one of every town is: no other children, men only of the oldest, and all
    // women of the oldest live there; so that margins of two dimensions pin the table of three, if they are exact
    if (codes[0] === "0-17" && codes[2] === "sud") codes[0] = "18-34";
    if (codes[1] === "M" && codes[2] === "sud") codes[0] = "75+";
    if (codes[0] === "75+" && codes[1] === "F") codes[2] = "sud";
    const held = ["care", "meals", "money"].filter(() => draw() < 0.6);
    const services = (held.length === 0 ? ["money"] : held).map((code) => ({
      code,
      hours: code === "care" ? 100 * Math.floor(draw() * 40) : 0,
      cost: 100 * Math.floor(draw() * 2000),
    }));
    return { id: `P${n}`, codes, services };
  });
})();

/** The person who loses most: the deepest leaf, as many codes as count, both amounts at an end of their range. */
export const target: Person = {
  id: "TARGET",
  codes: ["0-17", "F", "sud"],
  services: [
    // one cent below the ceiling: a contribution of an odd number of grid steps
    { code: "care", hours: FULL.hours, cost: FULL.cost - 1 },
    { code: "meals", hours: 0, cost: 0 },
  ],
};
export const withCodes = (codes: readonly string[]): Person => ({ ...target, codes });
export const withCare = (care: Partial<Service>): Person => ({
  ...target,
  services: target.services.map((service) =>
    service.code === "care" ? { ...service, ...care } : service,
  ),
});
