/**
 * The catalogue as DCAT-AP_IT, in JSON-LD: what national and European catalogues harvest. Properties and their being mandatory as in
 * the profile's guides (giorgialodi/Guida-pratica-DCAT-AP_IT, italia/linee-guida-cataloghi-dati-dcat-ap-it); the mapping lies here and nowhere else. Pure.
 */

import { CUBE_FORMATS, formatNames, tableFormats } from "../../schemas/formats.ts";
import { found } from "../../schemas/found.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import type { Body } from "../../schemas/organisation.ts";
import { byTime, firstDay, labelOf, lastDay, lengthOf } from "../../schemas/period.ts";
import type { Announced, Manifest } from "../../schemas/release.ts";
import type { Bilingual } from "../../schemas/words.ts";
import { dayOf } from "../disclosure/calendar.ts";
import { rulesOfKind } from "../disclosure/kinds.ts";

const EU = "http://publications.europa.eu/resource/authority";

/** Written out whole: whoever reads it fetches nothing. */
const CONTEXT = {
  dcat: "http://www.w3.org/ns/dcat#",
  dcatapit: "http://dati.gov.it/onto/dcatapit#",
  dct: "http://purl.org/dc/terms/",
  foaf: "http://xmlns.com/foaf/0.1/",
  locn: "http://www.w3.org/ns/locn#",
  skos: "http://www.w3.org/2004/02/skos/core#",
  vcard: "http://www.w3.org/2006/vcard/ns#",
  xsd: "http://www.w3.org/2001/XMLSchema#",
} as const;

/** Releases a year, as the frequency that the Publications Office has for it. */
const FREQUENCIES: Readonly<Record<number, string>> = {
  1: "ANNUAL",
  2: "ANNUAL_2",
  3: "ANNUAL_3",
  4: "QUARTERLY",
  12: "MONTHLY",
};

const inAYear = { year: 1, quarter: 4, month: 12 } as const;

/** Licences by the name that descriptors write, as addresses that harvesters know, and of which kind (ADMS). Any other is given by its name alone. */
const LICENCES: readonly (readonly [name: RegExp, url: string, type: string])[] = [
  [/^CC0/i, "https://creativecommons.org/publicdomain/zero/1.0/", "PublicDomain"],
  [/^CC[- ]BY[- ]4\.0$/i, "https://creativecommons.org/licenses/by/4.0/", "Attribution"],
  [
    /^IODL[- ]2\.0$/i,
    "https://www.dati.gov.it/content/italian-open-data-license-v20",
    "Attribution",
  ],
  [
    /^EUPL[- ]1\.2$/i,
    "https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12",
    "ViralEffect-ShareAlike",
  ],
];

/** In which forms a release is given: as it was released first, then as tables for readers. */
const GIVEN = formatNames(...CUBE_FORMATS).flatMap((format) => {
  const { type, catalogued } = tableFormats[format];
  return catalogued === undefined ? [] : { format, type: type.split(";")[0], ...catalogued };
});

const inBoth = ({ it, en }: Bilingual) => [
  { "@value": it, "@language": "it" },
  { "@value": en, "@language": "en" },
];
const inBothNames = (name: string, value: object) => ({
  [`dcatapit:${name}`]: value,
  [`dcat:${name}`]: value,
});
const at = (id: string) => ({ "@id": id });
const date = (value: string) => ({ "@value": value, "@type": "xsd:date" });
const dated = (seconds: number) => date(dayOf(seconds));

export interface Offer {
  readonly member: DirectoryEntry;
  readonly manifests: readonly Manifest[];
  readonly next?: readonly Announced[];
}

/** `origin` is where the hub answers. A member that cannot be reached has no datasets in it now. */
export function dcat(
  origin: string,
  hub: DirectoryEntry,
  offers: readonly Offer[],
  now: number,
): object {
  const datasets = offers.flatMap(({ member, manifests, next = [] }) =>
    byDataset(manifests).map((releases) => ({
      ...datasetOf(origin, member, releases),
      ...availableFrom(releases, next, now),
    })),
  );
  return {
    "@context": CONTEXT,
    "@id": `${origin}/v1/catalogue`,
    "@type": ["dcatapit:Catalog", "dcat:Catalog"],
    "dct:title": inBoth({ it: `Catalogo di ${hub.name.it}`, en: `Catalogue of ${hub.name.en}` }),
    "dct:description": inBoth({
      it: "Insiemi di dati che i membri rilasciano: cifre protette o pubbliche, mai righe su persone.",
      en: "Datasets that the members release: protected or public figures, never rows about persons.",
    }),
    "dct:publisher": agentOf(origin, hub),
    "dct:modified": dated(
      Math.max(0, ...offers.flatMap(({ manifests }) => manifests.map(({ iat }) => iat))) || now,
    ),
    "dct:language": [at(`${EU}/language/ITA`), at(`${EU}/language/ENG`)],
    "foaf:homepage": at(`${origin}/`),
    "dcat:themeTaxonomy": at(`${EU}/data-theme`),
    "dcat:dataset": datasets,
    "dcat:service": {
      "@id": `${origin}/v1`,
      "@type": "dcat:DataService",
      "dct:title": inBoth({ it: "Domande e risposte firmate", en: "Signed questions and answers" }),
      "dcat:endpointURL": at(`${origin}/v1`),
      "dcat:endpointDescription": at(`${origin}/openapi.json`),
      "dcat:servesDataset": datasets.map(({ "@id": id }) => at(id)),
    },
  };
}

/** The current releases of each dataset, latest period first. */
function byDataset(manifests: readonly Manifest[]): Manifest[][] {
  const ids = [...new Set(manifests.map(({ dataset }) => dataset))];
  return ids.map((id) =>
    manifests.filter(({ dataset }) => dataset === id).sort((a, b) => byTime(b.period, a.period)),
  );
}

/** When the next release comes: the instant that was announced, or else the calendar's next day. */
function availableFrom(
  releases: readonly Manifest[],
  next: readonly Announced[],
  now: number,
): { readonly "dct:available"?: object } {
  const own = next.filter(({ dataset }) => dataset === releases[0]?.dataset).map(({ at }) => at);
  if (own.length > 0) {
    const instant = new Date(Math.min(...own) * 1000).toISOString().replace(".000Z", "Z");
    return { "dct:available": { "@value": instant, "@type": "xsd:dateTime" } };
  }
  const today = dayOf(now);
  const [day] = releases
    .flatMap(({ policy, number }) => policy.calendar.slice(number))
    .filter((one) => one > today)
    .sort();
  return day === undefined ? {} : { "dct:available": date(day) };
}

function datasetOf(origin: string, member: DirectoryEntry, releases: readonly Manifest[]) {
  const [latest] = releases as [Manifest];
  const { dataset, title, description, kind, policy, publisher } = latest;
  const periods = releases.map(({ period }) => period);
  const finest = Math.max(...periods.map((period) => inAYear[lengthOf(period)]));
  const [firsts, lasts] = [periods.map(firstDay).sort(), periods.map(lastDay).sort()];
  return {
    "@id": `${origin}/v1/catalogue#${member.id}/${dataset}`,
    "@type": ["dcatapit:Dataset", "dcat:Dataset"],
    "dct:identifier": `${codeOf(member)}:${dataset}`,
    "dct:title": inBoth(title),
    "dct:description": inBoth(description),
    "dct:modified": dated(Math.max(...releases.map(({ iat }) => iat))),
    "dct:issued": dated(Math.min(...releases.map(({ iat }) => iat))),
    // social services: population and society
    "dcat:theme": at(`${EU}/data-theme/SOCI`),
    "dct:rightsHolder": publisher ? agentNamed(publisher) : agentOf(origin, member),
    "dct:publisher": publisher ? agentNamed(publisher) : agentOf(origin, member),
    ...contactOf(member),
    "dct:accrualPeriodicity": at(
      `${EU}/frequency/${FREQUENCIES[policy.calendar.length * finest] ?? "IRREG"}`,
    ),
    "dct:language": at(`${EU}/language/ITA`),
    "dct:spatial": placeOf(member),
    "dct:temporal": {
      "@type": "dct:PeriodOfTime",
      // the profile has names of its own, and other profiles DCAT's
      ...inBothNames("startDate", date(found(firsts[0]))),
      ...inBothNames("endDate", date(found(lasts.at(-1)))),
    },
    // figures about persons are for members with an agreement; they are listed, and not to be had without one
    "dct:accessRights": at(
      `${EU}/access-right/${rulesOfKind(kind).access === "anybody" ? "PUBLIC" : "RESTRICTED"}`,
    ),
    "dct:conformsTo": {
      "@id": `${origin}/docs/api`,
      "@type": ["dcatapit:Standard", "dct:Standard"],
      "dct:identifier": `${origin}/docs/api`,
      "dct:title": inBoth({ it: "Rilascio firmato", en: "Signed release" }),
    },
    "dct:source": latest.source,
    "dcat:distribution": releases.flatMap((release) =>
      GIVEN.map((given) => distributionOf(member, release, given)),
    ),
  };
}

function distributionOf(
  member: DirectoryEntry,
  release: Manifest,
  { format, type, fileType, standard }: (typeof GIVEN)[number],
) {
  const path = release.id.split("/").slice(1).join("/");
  const url = `${member.url}/v1/releases/${path}/cube?format=${format}`;
  return {
    "@id": url,
    "@type": ["dcatapit:Distribution", "dcat:Distribution"],
    "dct:title": inBoth({
      it: `${release.title.it}, ${labelOf(release.period).it} (${format})`,
      en: `${release.title.en}, ${labelOf(release.period).en} (${format})`,
    }),
    "dct:format": at(`${EU}/file-type/${fileType}`),
    "dcat:mediaType": at(`https://www.iana.org/assignments/media-types/${type}`),
    "dcat:accessURL": at(url),
    ...(rulesOfKind(release.kind).access === "anybody" ? { "dcat:downloadURL": at(url) } : {}),
    "dct:license": licenceOf(release.licence),
    "dct:conformsTo": at(standard),
    "dct:modified": dated(release.iat),
  };
}

function licenceOf(name: string) {
  const [, url, type = "UnknownIPR"] = LICENCES.find(([pattern]) => pattern.test(name)) ?? [];
  return {
    ...(url === undefined ? {} : { "@id": url }),
    "@type": ["dcatapit:LicenseDocument", "dct:LicenseDocument"],
    "foaf:name": name,
    "dct:type": at(`http://purl.org/adms/licencetype/${type}`),
  };
}

/** The code of the index of public administrations (IPA) where the member has entered it, else its id here. */
const codeOf = ({ id, ipa }: DirectoryEntry): string => ipa ?? id;

const agentOf = (origin: string, member: DirectoryEntry) => ({
  "@id": `${origin}/v1/members/${member.id}`,
  "@type": ["dcatapit:Agent", "foaf:Agent"],
  "dct:identifier": codeOf(member),
  // one name, as the index of public administrations has it
  "foaf:name": { "@value": member.name.it, "@language": "it" },
});

/** A body that is no member, by where it can be looked up. */
const agentNamed = ({ name, ipa, url }: Body) => ({
  ...(url === undefined ? {} : { "@id": url }),
  "@type": ["dcatapit:Agent", "foaf:Agent"],
  "dct:identifier": ipa ?? name.it,
  "foaf:name": { "@value": name.it, "@language": "it" },
});

/** The office that answers on data, where the member's entry names one. */
function contactOf({ name, addresses = [] }: DirectoryEntry): object {
  const [first] = (["statistics", "social-services"] as const).flatMap((role) =>
    addresses.filter((one) => one.role === role),
  );
  if (first === undefined) return {};
  const kind = first.address.startsWith("mailto:") ? "vcard:hasEmail" : "vcard:hasURL";
  return {
    "dcat:contactPoint": {
      "@type": ["dcatapit:Organization", "vcard:Organization"],
      "vcard:fn": name.it,
      [kind]: at(first.address),
    },
  };
}

/** A municipality by its ISTAT code (its address in the national vocabulary has a date that is not known here), else the country. */
function placeOf({ id, name }: DirectoryEntry) {
  const [, istat] = /^IT-(\d{6})$/.exec(id) ?? [];
  if (istat === undefined)
    return [at(`${EU}/country/ITA`), at("http://data.europa.eu/nuts/code/IT")].map((place) => ({
      ...place,
      "@type": "dct:Location",
    }));
  return [
    {
      "@type": "dct:Location",
      "dct:identifier": istat,
      "locn:geographicName": inBoth(name),
      "skos:inScheme": at(
        "https://w3id.org/italia/controlled-vocabulary/territorial-classifications/cities",
      ),
    },
  ];
}
