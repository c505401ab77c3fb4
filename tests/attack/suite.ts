/** Every attack. */
import { amount, constant, linked, record, records, sex } from "./attacks/attributes.ts";
import { channels } from "./attacks/channels.ts";
import { dates } from "./attacks/dates.ts";
import { members } from "./attacks/differencing.ts";
import { hub } from "./attacks/hub.ts";
import { presence } from "./attacks/presence.ts";
import { silc } from "./attacks/silc.ts";
import { period, withdrawal } from "./attacks/withdrawal.ts";
import type { Stage } from "./stage.ts";

export const suite: readonly Stage[] = [
  presence,
  members,
  sex,
  amount,
  record,
  records,
  linked,
  constant,
  withdrawal,
  period,
  dates,
  channels,
  hub,
  silc,
];

/** The stages with a line, or of a name, that was asked for; all of them where nothing was. Throws where there is none. */
export function chosen(only: string | undefined, stages: readonly Stage[] = suite): Stage[] {
  if (only === undefined) return [...stages];
  const found = stages
    .map((stage) =>
      stage.name === only
        ? stage
        : { ...stage, lines: stage.lines.filter(({ name }) => name === only) },
    )
    .filter(({ lines }) => lines.length > 0);
  if (found.length > 0) return found;
  throw new Error(
    `there is no attack ${only}; there are ${stages.flatMap(({ lines }) => lines.map(({ name }) => name)).join(", ")}`,
  );
}
