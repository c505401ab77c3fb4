/** The descriptors of the demonstration: templates under datasets/, with what differs from city to city put in. */
import { Descriptor } from "../../schemas/descriptor.ts";
import { found } from "../../schemas/found.ts";
import type { CodeTree } from "../../schemas/words.ts";
import { type City, cities } from "./cities.ts";
import access from "./datasets/accesso.json" with { type: "json" };
import activities from "./datasets/attivita.json" with { type: "json" };
import platform from "./datasets/attivita-consenso.json" with { type: "json" };
import afterSchool from "./datasets/doposcuola.json" with { type: "json" };
import workingPoor from "./datasets/lavoro-povero.json" with { type: "json" };
import supply from "./datasets/mappa.json" with { type: "json" };
import marginality from "./datasets/marginalita.json" with { type: "json" };
import pensions from "./datasets/pensioni.json" with { type: "json" };
import benefits from "./datasets/prestazioni.json" with { type: "json" };
import districts from "./datasets/quartieri.json" with { type: "json" };
import residents from "./datasets/residenti.json" with { type: "json" };
import aid from "./datasets/solidarieta.json" with { type: "json" };
import surface from "./datasets/superficie.json" with { type: "json" };
import { foodAid, provinces } from "./public-tables.ts";
import { type Theme, themesOf } from "./themes.ts";
import { quarterAs } from "./writing.ts";

/** Benefits and services of a city, a row a benefit; about invented persons. */
export const prestazioni = (city: City): Descriptor =>
  inCity(city, {
    ...benefits,
    fields: benefits.fields.map((field) =>
      field.id === "amount" ? { ...field, bounds: [0, city.habits.ceiling] } : field,
    ),
  });

/** Padova publishes its districts apart: in the benefits they would take precision from every other figure. */
const BY_DISTRICT = "IT-028060";

/** Persons with a benefit, by district: the rows of the benefits, one figure. */
export const quartieri = (city: City): Descriptor => {
  const map = Object.fromEntries(
    city.districts.map((district) => [quarterAs(district, city), district]),
  );
  return inCity(city, {
    ...districts,
    dimensions: districts.dimensions.map((dimension) =>
      dimension.id === "district"
        ? { ...dimension, map, codes: [...city.districts, "altro"] }
        : dimension,
    ),
  });
};

/** The map of supply of a city. */
export const mappa = (city: City): Descriptor => inCity(city, supply);

/** Residents by age, for the member `istat`. */
export const residenti = (): Descriptor => Descriptor.parse(residents);

/** Pensions started, for the member `inps`. */
export const pensioni = (): Descriptor => Descriptor.parse(pensions);

/** Square kilometres of the ten cities, for the member `istat`. */
export const superficie = (): Descriptor => Descriptor.parse(surface);

const ITALY = "IT";
/**
 * Italy, regions, provinces and municipalities, as a tree of codes: `IT`, two digits, three digits, `IT-` and six. A municipality is
 * in the province that its code begins with.
 */
function places(): CodeTree {
  const regionOf = new Map(provinces().map((one) => [one.codice, one.codice_regione]));
  const tree = new Map<string, Map<string, string[]>>();
  for (const { codice } of foodAid()) {
    const province = codice.slice(3, 6);
    const region = found(regionOf.get(province));
    const inside = tree.get(region) ?? new Map<string, string[]>();
    inside.set(province, [...(inside.get(province) ?? []), codice]);
    tree.set(region, inside);
  }
  const sorted = <T>(map: Map<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return [[ITALY, sorted(tree).map(([region, inside]) => [region, sorted(inside)] as const)]];
}

/** The food aid of March 2020, by municipality, for the member `istat`: real figures at four levels. */
export const solidarieta = (): Descriptor =>
  Descriptor.parse({
    ...aid,
    dimensions: aid.dimensions.map((dimension) => ({ ...dimension, codes: places() })),
  });

const templates: Readonly<Record<Theme, Template>> = {
  attivita: activities,
  accesso: access,
  marginalita: marginality,
  doposcuola: afterSchool,
  "lavoro-povero": workingPoor,
};
/** Bergamo's platform rests on consent, and is released twice a year; every other city's activities on its public task. */
const BY_CONSENT = "IT-016024";

/** A theme of a city. */
export const theme = (city: City, id: Theme): Descriptor =>
  inCity(city, id === "attivita" && city.id === BY_CONSENT ? platform : templates[id]);

/** Everything that a city publishes. */
export const descriptorsOf = (city: City): Descriptor[] => [
  prestazioni(city),
  ...(city.id === BY_DISTRICT ? [quartieri(city)] : []),
  mappa(city),
  ...themesOf(city).map((id) => theme(city, id)),
];

interface Template {
  readonly file: object;
  readonly dimensions: readonly object[];
  readonly fields: readonly object[];
}

/** A template with the city's encoding and thousands sign. */
function inCity(city: City, template: Template): Descriptor {
  const { encoding, thousands } = city.writing;
  return Descriptor.parse({
    ...template,
    file: { ...template.file, encoding, ...(thousands === undefined ? {} : { thousands }) },
  });
}

/** Every dataset of the demonstration with the member that owns it. */
export const datasets = (): { readonly member: string; readonly descriptor: Descriptor }[] => [
  ...cities.flatMap((city) =>
    descriptorsOf(city).map((descriptor) => ({ member: city.id, descriptor })),
  ),
  { member: "istat", descriptor: residenti() },
  { member: "istat", descriptor: solidarieta() },
  { member: "istat", descriptor: superficie() },
  { member: "inps", descriptor: pensioni() },
];
