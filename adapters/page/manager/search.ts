/** Searching what the members offer: every word must be found, accents and capitals apart. Pure, and quick with tens of thousands. */
import type { Offers } from "../../../schemas/catalogue.ts";
import { found } from "../../../schemas/found.ts";
import { inOrder, labelOf } from "../../../schemas/period.ts";
import type { Bilingual, Language } from "../../../schemas/words.ts";

interface Found {
  readonly member: string;
  readonly name: Bilingual;
  readonly dataset: string;
  readonly title: Bilingual;
  /** Every period that is released, in order. */
  readonly periods: readonly string[];
  readonly origin: "real" | "made";
  readonly kind: string;
  /** Who published it, where that is not the member. */
  readonly publisher: Bilingual | undefined;
  readonly source: string;
  readonly licence: string;
  readonly fields: readonly Bilingual[];
}
interface Entry {
  readonly found: Found;
  readonly text: string;
}

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** A line a dataset of a member, its releases put together. Made once; searched as often as somebody types. */
export function indexOf(offers: readonly Offers[], language: Language): Entry[] {
  const entries = offers.flatMap(({ member, name, datasets }) =>
    [...Map.groupBy(datasets, ({ dataset }) => dataset)].map(([dataset, releases]): Entry => {
      const { title, origin, kind, publisher, source, licence, fields } = found(releases.at(-1));
      const periods = inOrder(releases.map(({ period }) => period));
      const titles = fields.map((field) => field.title);
      const text = [
        name[language],
        member,
        title[language],
        dataset,
        ...periods.flatMap((one) => [one, labelOf(one)[language]]),
        publisher?.name[language] ?? "",
        source,
        licence,
        ...titles.map((one) => one[language]),
      ];
      return {
        found: {
          member,
          name,
          dataset,
          title,
          periods,
          origin,
          kind,
          publisher: publisher?.name,
          source,
          licence,
          fields: titles,
        },
        text: plain(text.join(" ")),
      };
    }),
  );
  const by = new Intl.Collator(language);
  return entries.sort(
    (a, b) =>
      by.compare(a.found.name[language], b.found.name[language]) ||
      by.compare(a.found.title[language], b.found.title[language]),
  );
}

export function search(index: readonly Entry[], wanted: string): Found[] {
  const terms = plain(wanted).split(/\s+/).filter(Boolean);
  return index
    .filter(({ text }) => terms.every((term) => text.includes(term)))
    .map(({ found }) => found);
}
