/** Which format an answer takes: `?format=` where it is there, else `Accept` (RFC 9110, 12.5.1). Pure. */

import { type TableFormat, tableFormats } from "../../schemas/formats.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Language } from "../../schemas/words.ts";

/** A table in one of the formats, or the signed statement itself. */
export type Format = TableFormat | "statement";

/** The media type that a format is sent as. */
export function mediaTypeOf(format: Format): string {
  if (format === "statement") return "application/jose";
  const { type, charset } = tableFormats[format];
  return charset === undefined ? type : `${type}; charset=${charset}`;
}

interface Range {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly q: number;
}

/** A media type, or a range of them, taken apart. */
function rangeOf(text: string): Range {
  const [type = "", ...rest] = text.split(";").map((part) => part.trim().toLowerCase());
  const parameters = new Map(
    rest.map((pair) => {
      const [name = "", value = ""] = pair
        .split("=")
        .map((side) => side.trim().replace(/^"|"$/g, ""));
      return [name, value] as const;
    }),
  );
  const q = Number(parameters.get("q") ?? "1");
  parameters.delete("q");
  return { type, parameters, q: Number.isNaN(q) ? 0 : q };
}

/** How exactly a range names a format: 0 not at all, then `*∕*`, `text/*`, the type, the type with its parameters. */
function closeness(range: Range, format: Format): number {
  const sent = rangeOf(mediaTypeOf(format));
  if (range.type === "*/*") return 1;
  if (range.type.endsWith("/*")) return sent.type.startsWith(range.type.slice(0, -1)) ? 2 : 0;
  if (range.type !== sent.type) return 0;
  const asked = [...range.parameters].filter(([name]) => name !== "charset");
  if (asked.some(([name, value]) => sent.parameters.get(name) !== value)) return 0;
  // plain JSON is not JSON-stat: a profile must be named
  if (asked.length === 0 && sent.parameters.has("profile")) return 0;
  return asked.length === 0 ? 3 : 4;
}

const preference = (ranges: readonly Range[], format: Format): number => {
  const named = ranges
    .map((range) => ({ range, how: closeness(range, format) }))
    .filter(({ how }) => how > 0);
  if (named.length === 0) return 0;
  return named.reduce((best, one) => (one.how > best.how ? one : best)).range.q;
};

/** The first of `offered` stands for "anything". Throws `Refused` not-acceptable with what is offered. */
export function formatFor<F extends Format>(
  accept: string | undefined,
  wanted: string | undefined,
  offered: readonly [F, ...F[]],
): F {
  if (wanted !== undefined)
    return offered.find((format) => format === wanted) ?? notOffered(offered);
  if (accept === undefined || accept.trim() === "") return offered[0];
  const ranges = accept.split(",").map(rangeOf);
  const best = offered.reduce((first, format) =>
    preference(ranges, format) > preference(ranges, first) ? format : first,
  );
  return preference(ranges, best) > 0 ? best : notOffered(offered);
}

function notOffered(offered: readonly Format[]): never {
  throw new Refused(
    "not-acceptable",
    `there is ${offered.map((format) => `${mediaTypeOf(format)} (?format=${format})`).join(", ")}`,
  );
}

/** Italian where it is asked for before English; `?lang=` before `Accept-Language`. */
export function languageFor(
  acceptLanguage: string | undefined,
  wanted: string | undefined,
): Language {
  if (wanted === "it" || wanted === "en") return wanted;
  const ranges = (acceptLanguage ?? "").split(",").map(rangeOf);
  const q = (language: Language) =>
    Math.max(
      0,
      ...ranges.filter(({ type }) => type.split("-")[0] === language).map((range) => range.q),
    );
  return q("it") > q("en") ? "it" : "en";
}
