/**
 * Draws the spreadsheet of the tutorial, as an office would export it: people who do not exist, and what each of them has. The
 * same file each time. `node docs/tutorial/make.ts`
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codiceFiscale } from "../demo/codice-fiscale.ts";
import { elsewhere, italy } from "../demo/names.ts";
import { between, pick, type Random, random, weighted } from "../demo/random.ts";

const YEAR = 2022;
const MANTOVA = "E897";
const QUARTERS = [
  "Centro",
  "Borgochiesanuova",
  "Cittadella",
  "Frassino",
  "Lunetta",
  "Valletta Valsecchi",
];
const PERSONS = 900;

const two = (number: number) => String(number).padStart(2, "0");
const ages = { "0-17": 14, "18-64": 18, "65-74": 14, "75-84": 34, "85-97": 20 } as const;
const OLD = {
  "Assistenza domiciliare": 42,
  ADI: 10,
  "Centro diurno": 12,
  "Casa di riposo": 14,
  "Contributo economico": 22,
};
const ADULT = { "Contributo economico": 60, "Contributo affitto": 40 };
const MINOR = { "Mensa scolastica": 70, "Sostegno scolastico": 30 };

function rowsOf(draw: Random, taken: Set<string>): string[] {
  const [low, high] = weighted(draw, ages).split("-").map(Number) as [number, number];
  const age = between(draw, low, high);
  const sex = draw() < (age > 64 ? 0.64 : 0.5) ? "F" : "M";
  const born = { year: YEAR - age, month: between(draw, 1, 6), day: between(draw, 1, 28) };
  const place = draw() < 0.7 ? MANTOVA : pick(draw, elsewhere);
  const [surname, name] = [pick(draw, italy.surnames), pick(draw, italy[sex])];
  const code = codiceFiscale({ surname, name, sex, born, place }, taken);
  taken.add(code);
  const quarter = pick(draw, QUARTERS);
  const first = weighted<string>(draw, age > 64 ? OLD : age > 17 ? ADULT : MINOR);
  const services = first === "Assistenza domiciliare" && draw() < 0.2 ? [first, "ADI"] : [first];
  return services.map((service) => {
    const hours =
      service === "Assistenza domiciliare"
        ? `${between(draw, 2, 16)},${pick(draw, ["00", "25", "50", "75"])}`
        : "";
    const from = `${two(between(draw, 1, 28))}/${two(between(draw, age === 0 ? 7 : 1, 12))}/${YEAR}`;
    const birthday = `${two(born.day)}/${two(born.month)}/${born.year}`;
    return [code, surname, name, birthday, sex, quarter, service, from, hours].join(";");
  });
}

function spreadsheet(): string {
  const draw = random("tavolo tutorial 1 IT-020030");
  const taken = new Set<string>();
  const rows = Array.from({ length: PERSONS }, () => rowsOf(draw, taken)).flat();
  return `${["Codice fiscale;Cognome;Nome;Nato il;Sesso;Quartiere;Servizio;Dal;Ore al mese", ...rows].join("\n")}\n`;
}

if (import.meta.main) await writeFile(join(import.meta.dirname, "mantova.csv"), spreadsheet());
