/** The descriptors of the demonstration: templates under datasets/, with what differs from city to city put in. */
import { Descriptor } from "../../schemas/descriptor.ts";
import { type City, cities } from "./cities.ts";
import supply from "./datasets/mappa.json" with { type: "json" };
import pensions from "./datasets/pensioni.json" with { type: "json" };
import benefits from "./datasets/prestazioni.json" with { type: "json" };
import residents from "./datasets/residenti.json" with { type: "json" };
import { quarterAs } from "./writing.ts";

/** Benefits and services of a city, a row a benefit; about invented persons. */
export const prestazioni = (city: City): Descriptor =>
  inCity(city, {
    ...benefits,
    fields: benefits.fields.map((field) => (field.id === "amount" ? { ...field, bounds: [0, city.habits.ceiling] } : field)),
  });

/** The map of supply of a city. */
export const mappa = (city: City): Descriptor => inCity(city, supply);

/** Residents by age, for the member `istat`. */
export const residenti = (): Descriptor => Descriptor.parse(residents);

/** Pensions started, for the member `inps`. */
export const pensioni = (): Descriptor => Descriptor.parse(pensions);

interface Template {
  readonly file: object;
  readonly dimensions: readonly { readonly column: string }[];
  readonly fields: readonly object[];
}

/** A template with the city's encoding, thousands sign and quarters. */
function inCity(city: City, template: Template): Descriptor {
  const { encoding, thousands } = city.writing;
  const map = Object.fromEntries(city.districts.map((district) => [quarterAs(district, city), district]));
  const quarters = { map, codes: [...city.districts, "altro"] };
  return Descriptor.parse({
    ...template,
    file: { ...template.file, encoding, ...(thousands === undefined ? {} : { thousands }) },
    dimensions: template.dimensions.map((dimension) => (dimension.column === "QUARTIERE" ? { ...dimension, ...quarters } : dimension)),
  });
}

/** Every dataset of the demonstration with the member that owns it. */
export const datasets = (): { readonly member: string; readonly descriptor: Descriptor }[] => [
  ...cities.flatMap((city) => [prestazioni(city), mappa(city)].map((descriptor) => ({ member: city.id, descriptor }))),
  { member: "istat", descriptor: residenti() },
  { member: "inps", descriptor: pensioni() },
];
