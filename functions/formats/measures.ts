/** Measures by a short name: what stands in a link, in a column, in a code list. `parseMeasure` undoes `measureId`. Pure. */
import { Measure } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { ReleasedField } from "../../schemas/release.ts";
import type { Bilingual } from "../../schemas/words.ts";

const KINDS = /^(count|sum|mean|share|median|quantile):/;

/** `any`, `sum:hours`, `mean:hours`, `share:A2.07:any`, `median:stay`, `quantile:stay:0.9`. A count that looks like another kind has `count:` before it. */
export function measureId(measure: Measure): string {
  if ("count" in measure)
    return KINDS.test(measure.count) ? `count:${measure.count}` : measure.count;
  if ("sum" in measure) return `sum:${measure.sum}`;
  if ("mean" in measure) return `mean:${measure.mean}`;
  if ("share" in measure) return `share:${measure.share}:${measure.over}`;
  return measure.at === 0.5
    ? `median:${measure.quantile}`
    : `quantile:${measure.quantile}:${measure.at}`;
}

/** Throws `Refused` query-invalid where this is no measure. */
export function parseMeasure(text: string): Measure {
  const parsed = Measure.safeParse(shapeOf(text));
  if (parsed.success) return parsed.data;
  throw new Refused(
    "query-invalid",
    "measure: a field, or sum:FIELD, mean:FIELD, share:PART:WHOLE, median:FIELD, quantile:FIELD:0.9",
  );
}

function shapeOf(text: string): object {
  const [, kind] = KINDS.exec(text) ?? [];
  if (kind === undefined) return { count: text };
  const rest = text.slice(kind.length + 1);
  // names of bands hold a colon of their own, `stay:<30`; what comes last is a plain name or a number
  const at = rest.lastIndexOf(":");
  if (kind === "share") return { share: rest.slice(0, at), over: rest.slice(at + 1) };
  if (kind === "quantile") return { quantile: rest.slice(0, at), at: Number(rest.slice(at + 1)) };
  return kind === "median" ? { quantile: rest, at: 0.5 } : { [kind]: rest };
}

const PROPORTION: Bilingual = { it: "proporzione (0–1)", en: "proportion (0–1)" };
const OF_FIELD: Bilingual = { it: "unità del campo", en: "units of the field" };

/** What a measure is called, and in which unit its figures stand. */
export function spellMeasure(
  measure: Measure,
  fields: readonly ReleasedField[],
): { readonly title: Bilingual; readonly unit: Bilingual } {
  const titleOf = (id: string): Bilingual =>
    fields.find((field) => field.id === id)?.title ?? { it: id, en: id };
  const unitOf = (id: string): Bilingual =>
    fields.find((field) => field.id === id)?.unit ?? OF_FIELD;
  if ("count" in measure) return { title: titleOf(measure.count), unit: unitOf(measure.count) };
  if ("sum" in measure)
    return { title: before("totale", "total", titleOf(measure.sum)), unit: unitOf(measure.sum) };
  if ("mean" in measure)
    return { title: before("media", "mean", titleOf(measure.mean)), unit: unitOf(measure.mean) };
  if ("quantile" in measure) {
    const title = titleOf(measure.quantile);
    return {
      title:
        measure.at === 0.5
          ? before("mediana", "median", title)
          : before(`quantile ${measure.at}`, `quantile ${measure.at}`, title),
      unit: OF_FIELD,
    };
  }
  const [part, whole] = [titleOf(measure.share), titleOf(measure.over)];
  return {
    title: { it: `${part.it} su ${whole.it}`, en: `${part.en} of ${whole.en}` },
    unit: PROPORTION,
  };
}

const before = (it: string, en: string, title: Bilingual): Bilingual => ({
  it: `${it}: ${title.it}`,
  en: `${en}: ${title.en}`,
});
