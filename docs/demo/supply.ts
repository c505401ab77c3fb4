/**
 * The map of supply of a city: a row an organisation or a service. Rows are made, but as many third-sector bodies are in it as the
 * city really has in the 5 per thousand of 2022.
 */
import type { City } from "./cities.ts";
import { YEAR } from "./persons.ts";
import { residentsBetween, thirdSectorBodies } from "./public-tables.ts";
import { between, pick, type Random, random, weighted } from "./random.ts";

/** The six macro-areas of the map since 2024. */
export const areas = [
  "Anziani",
  "Disabilità",
  "Famiglia e minori",
  "Povertà e marginalità",
  "Immigrazione",
  "Salute mentale e dipendenze",
] as const;
type Area = (typeof areas)[number];
export const targets = ["Minori", "Giovani", "Adulti", "Famiglie", "Anziani", "Tutti"] as const;
export const kinds = [
  "Comune",
  "Azienda sanitaria",
  "Azienda di servizi alla persona",
  "Ente del Terzo settore",
  "Ente religioso",
  "Impresa",
] as const;
export const fundings = [
  "Comunale",
  "Regionale",
  "Nazionale",
  "PNRR",
  "Fondazione",
  "Risorse proprie",
] as const;

interface Service {
  readonly number: number;
  readonly area: Area;
  readonly target: (typeof targets)[number];
  readonly kind: (typeof kinds)[number];
  readonly funding: (typeof fundings)[number];
  readonly places: number;
  readonly volunteerHours: number;
  readonly district: string;
}

/** Assumed, like every figure of this file: how often an area, a funding and a target occur. */
const areaWeights: Record<Area, number> = {
  Anziani: 26,
  Disabilità: 19,
  "Famiglia e minori": 25,
  "Povertà e marginalità": 14,
  Immigrazione: 8,
  "Salute mentale e dipendenze": 8,
};
const targetsOf: Record<Area, Partial<Record<(typeof targets)[number], number>>> = {
  Anziani: { Anziani: 9, Famiglie: 1 },
  Disabilità: { Minori: 3, Adulti: 5, Tutti: 2 },
  "Famiglia e minori": { Minori: 5, Giovani: 3, Famiglie: 2 },
  "Povertà e marginalità": { Adulti: 5, Famiglie: 4, Tutti: 1 },
  Immigrazione: { Adulti: 5, Giovani: 2, Famiglie: 3 },
  "Salute mentale e dipendenze": { Giovani: 2, Adulti: 6, Tutti: 2 },
};
const fundingOf = (kind: Service["kind"]): Partial<Record<Service["funding"], number>> =>
  kind === "Ente del Terzo settore" || kind === "Ente religioso"
    ? { "Risorse proprie": 38, Comunale: 24, Fondazione: 18, Regionale: 10, PNRR: 6, Nazionale: 4 }
    : { Comunale: 48, Regionale: 20, Nazionale: 14, PNRR: 10, "Risorse proprie": 6, Fondazione: 2 };

/** The services of a city, third-sector bodies first. One public or private service for about 2,500 residents besides. */
export function supply(city: City): Service[] {
  const draw = random(`tavolo demonstration 1 ${city.id} mappa ${YEAR}`);
  const bodies = thirdSectorBodies(city.id);
  const others = Math.round(residentsBetween(city.id, 0, 99) / 2500);
  return Array.from({ length: bodies + others }, (_, at) =>
    service(draw, city, at + 1, at < bodies ? "Ente del Terzo settore" : otherKind(draw)),
  );
}

const otherKind = (draw: Random): Service["kind"] =>
  weighted(draw, {
    Comune: 45,
    "Azienda sanitaria": 12,
    "Azienda di servizi alla persona": 13,
    "Ente religioso": 18,
    Impresa: 12,
  });

function service(draw: Random, city: City, number: number, kind: Service["kind"]): Service {
  const area = weighted(draw, areaWeights);
  const volunteers = kind === "Ente del Terzo settore" || kind === "Ente religioso";
  return {
    number,
    area,
    target: weighted(draw, targetsOf[area]),
    kind,
    funding: weighted(draw, fundingOf(kind)),
    places: draw() < 0.35 ? 0 : between(draw, 4, 60),
    volunteerHours: volunteers ? between(draw, 0, 90) * 20 : 0,
    district: pick(draw, city.districts),
  };
}
