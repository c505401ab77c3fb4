/** Instants as an office in Italy writes and reads them. */
import { Refused } from "../../schemas/refusal.ts";

const ROME = new Intl.DateTimeFormat("sv-SE", {
  ...{ timeZone: "Europe/Rome", hourCycle: "h23" },
  ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
});

/** `2026-03-02T10:00`, by the clock of Rome. */
export const inRome = (seconds: number): string =>
  ROME.format(new Date(seconds * 1000)).replace(" ", "T");

/**
 * Seconds since 1970 of a time of day in Rome; of one with an offset of its own (`Z`, `+02:00`), that. Throws `Refused` body-invalid where
 * it is none, and where the clock is put forward over it.
 */
export function instantOf(text: string): number {
  const refused = new Refused(
    "body-invalid",
    `${text} is no instant: write 2026-03-02T10:00 for that hour in Rome`,
  );
  const [, local, offset] =
    /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::00)?(Z|[+-]\d{2}:\d{2})?$/.exec(text) ?? [];
  if (local === undefined) throw refused;
  const asUtc = Date.parse(`${local}:00${offset ?? "Z"}`) / 1000;
  if (Number.isNaN(asUtc)) throw refused;
  if (offset !== undefined) return asUtc;
  // Rome is one hour before UTC, or two in summer: the hour that comes twice is the first
  const found = [2, 1].map((hours) => asUtc - hours * 3600).find((at) => inRome(at) === local);
  if (found === undefined) throw refused;
  return found;
}
