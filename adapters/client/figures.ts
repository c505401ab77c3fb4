/** The figures of a statement as programs read them: one a member, combination of codes and measure. Pure. */

import { interval95 } from "../../functions/disclosure/reliability.ts";
import { type Measured, readMeasure } from "../../functions/indicators/compare/measure.ts";
import { manifestsOf, originOf } from "../../functions/indicators/compare/sheet.ts";
import { peek } from "../../functions/signing/jws.ts";
import { type Measure, Query, type Said, type Statement } from "../../schemas/query.ts";
import { TOTAL } from "../../schemas/words.ts";

type Withholding = Extract<Measured, { state: "withheld" }>["why"];
type Uncertainty = Extract<Measured, { state: "interval" }>["why"];

/**
 * One figure. `value`, `sd` and the 95 % interval `low` to `high` (of the protection noise alone) are in units of the field:
 * persons, hours, euro. An `interval` is too uncertain for a value: its limits alone are given, null where nothing bounds it. Where it
 * is withheld or absent all are null, and never zero. `why` says which.
 */
export type Figure = {
  /** Who it is of; `_T` for all who answered together. */
  readonly member: string;
  readonly by: Readonly<Record<string, string>>;
  /** The measure as it was asked. */
  readonly measure: Measure;
} & (
  | ({
      readonly state: "shown";
      readonly value: number;
      readonly sd: number;
      readonly low: number;
      readonly high: number;
      readonly letter?: string;
    } & Said)
  | {
      readonly state: "interval";
      readonly why: Uncertainty;
      readonly value: null;
      readonly sd: null;
      readonly low: number | null;
      readonly high: number | null;
    }
  | {
      readonly state: "withheld";
      readonly why: Withholding;
      readonly value: null;
      readonly sd: null;
      readonly low: null;
      readonly high: null;
    }
  | {
      readonly state: "absent";
      readonly why: string;
      readonly value: null;
      readonly sd: null;
      readonly low: null;
      readonly high: null;
    }
);

const NOTHING = { value: null, sd: null, low: null, high: null } as const;

/** The measures of the question, for every row of the table, in the order of both; the totals after the members. */
export function figuresOf(statement: Statement): Figure[] {
  const { measures } = peek(statement.query, Query);
  const origin = originOf([...manifestsOf(statement).values()]);
  const rows = [
    ...statement.table.cells,
    ...statement.table.totals.map((cell) => ({ ...cell, member: TOTAL })),
  ];
  return rows.flatMap(({ member, by, ...cell }) =>
    measures.map((measure): Figure => {
      const read = readMeasure(measure, cell, origin);
      if (read.state === "interval") return { member, by, measure, ...read, value: null, sd: null };
      if (read.state !== "shown") return { member, by, measure, ...read, ...NOTHING };
      const [low, high] = interval95(read.value, read.sd);
      return { member, by, measure, ...read, low, high };
    }),
  );
}
