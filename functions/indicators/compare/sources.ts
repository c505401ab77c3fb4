/** Where the figures of a comparison come from, and whether they are real. Pure. */
import type { Comparison, SourceOf } from "../../../schemas/comparison.ts";
import type { Indicator } from "../../../schemas/indicator.ts";
import type { Answer } from "./parts.ts";

/** Every release that a figure came from, once. */
export function sourcesOf(answers: ReadonlyMap<string, Answer>): SourceOf[] {
  const sources = new Map<string, SourceOf>();
  for (const { manifests } of answers.values())
    for (const [
      member,
      { id, dataset, period, title, source, licence, publisher, origin, policy },
    ] of manifests)
      sources.set(id, {
        member,
        dataset,
        period,
        release: id,
        title,
        source,
        licence,
        ...(publisher === undefined ? {} : { publisher: publisher.name }),
        origin,
        ...(policy.advantage === undefined ? {} : { advantage: policy.advantage }),
      });
  return [...sources.values()];
}

/**
 * Of the figure itself, not of what it is read beside: as the releases say; as the definition does where there is none to say it, so that
 * nothing made is ever called real.
 */
export function originOf(sources: readonly SourceOf[], indicator: Indicator): Comparison["origin"] {
  const { numerator, denominator, need } = indicator;
  const own = new Set(
    [numerator, denominator, need?.need, need?.reached].flatMap((part) => part?.dataset ?? []),
  );
  const origins = new Set<Comparison["origin"]>(
    sources.filter(({ dataset }) => own.has(dataset)).map(({ origin }) => origin),
  );
  if (!sources.some(({ dataset }) => dataset === indicator.numerator.dataset))
    origins.add(indicator.origin);
  if (origins.size > 1) return "mixed";
  return origins.has("made") ? "made" : "real";
}
