/** A small federation for the page: five cities that help some invented persons, and who knows how many live there. */
import { readFile } from "node:fs/promises";
import { signinLink } from "../../adapters/client/signin.ts";
import { setClock } from "../../adapters/clock/clock.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { releaseOf } from "../../adapters/local/private-side.ts";
import { accept, digestOf, propose } from "../../functions/indicators/definitions.ts";
import { storePractice } from "../../functions/indicators/practices.ts";
import { directory } from "../../functions/members/directory.ts";
import { signCompact } from "../../functions/signing/jws.ts";
import { Descriptor } from "../../schemas/descriptor.ts";
import { Indicator } from "../../schemas/indicator.ts";
import type { Practice } from "../../schemas/practice.ts";
import { PrivateJwk } from "../../schemas/words.ts";
import { HUB, makeWorld, member, type World } from "../world/machine.ts";
import { aiutiJson, bytes } from "../world/small.ts";

const both = (text: string) => ({ it: text, en: text });

export const [PADOVA, MONZA, ROVIGO, REGGIO, MANTOVA, BERGAMO] = [
  ...["IT-028060", "IT-108033", "IT-029041", "IT-035033", "IT-020030", "IT-016024"],
] as [string, string, string, string, string, string];
interface People {
  readonly name: string;
  readonly helped: number;
  readonly known: number;
  readonly residents: number;
  readonly hours: number;
}
/** Rovigo helps too few at home for a number; Mantova has no agreement with anybody; Bergamo publishes nothing. */
const PEOPLE: Readonly<Record<string, People>> = {
  [PADOVA]: { name: "Padova", helped: 420, known: 900, residents: 9000, hours: 9 },
  [MONZA]: { name: "Monza", helped: 260, known: 500, residents: 5200, hours: 15 },
  [ROVIGO]: { name: "Rovigo", helped: 1, known: 90, residents: 1900, hours: 12 },
  [REGGIO]: { name: "Reggio nell'Emilia", helped: 480, known: 700, residents: 6000, hours: 6 },
  [MANTOVA]: { name: "Mantova", helped: 150, known: 300, residents: 2500, hours: 8 },
  [BERGAMO]: { name: "Bergamo", helped: 0, known: 0, residents: 4000, hours: 0 },
};
export const CITIES: readonly string[] = Object.keys(PEOPLE);
export const PERIODS = ["2020", "2021", "2022"] as const;

/** Reggio began to publish in 2021. */
const yearsOf = (city: string): readonly string[] => (city === REGGIO ? PERIODS.slice(1) : PERIODS);

/** The records of a city; a test changes what it looks at. */
export const aiuti = (
  change: object = {},
  years: readonly string[] = PERIODS,
  smallest = 5,
): Descriptor =>
  Descriptor.parse({
    ...aiutiJson,
    title: { it: "Aiuti a casa", en: "Help at home" },
    period: { column: "ANNO" },
    dimensions: aiutiJson.dimensions.slice(1),
    family: {
      id: "help",
      title: both("help"),
      column: "AIUTO",
      codes: [
        { code: "home", title: both("at home") },
        { code: "other", title: both("otherwise") },
      ],
      atMost: 1,
      source: "codes of this test",
    },
    fields: [aiutiJson.fields[0], { ...aiutiJson.fields[1], of: "home" }],
    policy: {
      ...aiutiJson.policy,
      smallest,
      calendar: Object.fromEntries(years.map((year) => [year, [`${Number(year) + 1}-06-30`]])),
    },
    ...change,
  });

/** One person a line, the same in each year but for a few; hours spread evenly round the city's mean. */
function rowsOf({ helped, known, hours }: People, years: readonly string[]): string {
  const lines = ["ANNO;CODICE;SESSO;ZONA;AIUTO;ORE"];
  for (const [at, year] of PERIODS.entries()) {
    if (!years.includes(year)) continue;
    for (let n = 0; n < known - 10 * (2 - at); n++) {
      const helpedAtHome = n < helped - 15 * (2 - at);
      const amount = helpedAtHome ? `${hours - 3 + (n % 7)},00` : "";
      lines.push(
        `${year};P${n};${n % 5 < 3 ? "F" : "M"};${["nord", "centro", "sud"][n % 3]};${helpedAtHome ? "home" : "other"};${amount}`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

const residenti = Descriptor.parse({
  ...aiutiJson,
  id: "residenti",
  title: { it: "Residenti", en: "Residents" },
  origin: "real",
  kind: "statistics",
  legalBasis: { basis: "open-data", reference: "published table" },
  subject: undefined,
  period: { value: "2022" },
  dimensions: [
    {
      id: "territory",
      title: both("territory"),
      column: "COMUNE",
      codes: [...CITIES],
      source: "codes of this test",
    },
  ],
  fields: [
    { id: "residents", kind: "count", title: { it: "Residenti", en: "Residents" }, column: "N" },
    { id: "nobody", kind: "count", title: { it: "Nessuno", en: "Nobody" }, column: "ZERO" },
  ],
  policy: { method: "none", calendar: { "2022": ["2022-06-30"] }, smallest: 1 },
});

/** A public table at four levels: two regions, with a province each. */
const aid = Descriptor.parse({
  ...{
    v: 1,
    id: "aid",
    kind: "statistics",
    title: { it: "Buoni spesa", en: "Food vouchers" },
    description: both("invented"),
    origin: "real",
  },
  ...{
    source: "this test",
    licence: "CC0-1.0",
    level: "municipality",
    legalBasis: { basis: "open-data", reference: "published table" },
  },
  ...{ file: { format: "csv", delimiter: ";" }, period: { value: "2022" } },
  dimensions: [
    {
      ...{
        id: "territory",
        title: both("territory"),
        column: "COMUNE",
        source: "codes of this test",
      },
      codes: [
        [
          "IT",
          [
            [
              "05",
              [
                ["028", [PADOVA]],
                ["029", [ROVIGO]],
              ],
            ],
            ["03", [["108", [MONZA]]]],
          ],
        ],
      ],
    },
  ],
  fields: [
    { id: "residents", kind: "count", title: { it: "Residenti", en: "Residents" }, column: "N" },
    { id: "vouchers", kind: "count", title: { it: "Buoni", en: "Vouchers" }, column: "BUONI" },
  ],
  policy: { method: "none", calendar: { "2022": ["2022-06-30"] }, smallest: 1 },
});
const aidCsv = `COMUNE;N;BUONI\n${PADOVA};9000;900\n${ROVIGO};1900;95\n${MONZA};5200;1040\n`;

const part = (measure: object) => ({ dataset: "aiuti", measure });
const PUBLIC = {
  ...{
    dataset: "residenti",
    measure: { count: "residents" },
    member: "istat",
    territory: "territory",
  },
  ...{ period: "2022", valid: ["2020", "2021", "2022"] },
};
const AID = { dataset: "aid", member: "istat", territory: "territory" };
/**
 * Two indicators that are read beside each other; a third that is read beside a coverage, which then nobody compares; residents, of one
 * year for three; one that can be filtered and one that cannot tell the cities apart; one that divides by
 * nothing and one of another level; a public one at four levels.
 */
export const definitions = (): Indicator[] =>
  [
    {
      id: "helped",
      name: { it: "Aiutati a casa", en: "Helped at home" },
      place: "output",
      unit: { it: "ogni 100 residenti", en: "of 100 residents" },
      coverage: true,
      numerator: part({ count: "home" }),
      denominator: PUBLIC,
      beside: "hours",
      need: {
        kind: "known",
        title: { it: "conosciuti dal Comune", en: "known to the city" },
        need: part({ count: "any" }),
        reached: part({ count: "home" }),
      },
    },
    {
      id: "hours",
      name: { it: "Ore a testa", en: "Hours each" },
      place: "process",
      unit: { it: "ore al mese", en: "hours a month" },
      numerator: part({ mean: "hours", of: "home" }),
      beside: "helped",
      multiplier: 1,
    },
    {
      id: "known",
      name: { it: "Conosciuti", en: "Known" },
      place: "output",
      unit: { it: "ogni 100 residenti", en: "of 100 residents" },
      coverage: true,
      numerator: part({ count: "any" }),
      denominator: PUBLIC,
      beside: "helped",
    },
    {
      id: "residents",
      name: { it: "Residenti", en: "Residents" },
      place: "context",
      origin: "real",
      unit: { it: "residenti", en: "residents" },
      numerator: PUBLIC,
      ...{ multiplier: 1, decimals: 0 },
    },
    {
      id: "share",
      name: { it: "Quota a casa", en: "Share at home" },
      place: "process",
      unit: { it: "% dei conosciuti", en: "% of those known" },
      numerator: part({ count: "home" }),
      denominator: part({ count: "any" }),
    },
    {
      id: "women",
      name: { it: "Donne tra i conosciuti", en: "Women among those known" },
      unit: { it: "% dei conosciuti", en: "% of those known" },
      numerator: { ...part({ count: "any" }), where: { sex: ["F"] } },
      denominator: part({ count: "any" }),
      chance: "binomial",
    },
    {
      id: "nothing",
      name: { it: "Diviso per nulla", en: "Divided by nothing" },
      numerator: part({ count: "home" }),
      denominator: { ...PUBLIC, measure: { count: "nobody" } },
    },
    {
      id: "empty",
      name: { it: "Di nessuno", en: "Of nobody" },
      numerator: { ...part({ count: "home" }), dataset: "vuoto" },
    },
    {
      id: "levels",
      name: { it: "Livelli mescolati", en: "Mixed levels" },
      level: "region",
      numerator: part({ count: "home" }),
    },
    {
      ...{
        id: "vouchers",
        name: { it: "Buoni a testa", en: "Vouchers each" },
        origin: "real",
        unit: { it: "buoni per residente", en: "for each resident" },
      },
      ...{
        numerator: { ...AID, measure: { count: "vouchers" } },
        denominator: { ...AID, measure: { count: "residents" } },
      },
      ...{ multiplier: 1, decimals: 2 },
    },
  ].map((one) =>
    Indicator.parse({
      ...{
        v: 1,
        version: 1,
        theme: "common",
        target: { it: "residenti", en: "residents" },
        level: "municipality",
      },
      ...{
        multiplier: 100,
        direction: "none",
        origin: "made",
        source: both("invented"),
        note: both("Invented."),
        place: "process",
      },
      ...{
        unit: both("%"),
        sentence: {
          it: "{place}, nel {period}, {value} su 100.",
          en: "{place}, in {period}, {value} of 100.",
        },
      },
      ...one,
    }),
  );

const practice = (indicator: string): Omit<Practice, "v" | "iss" | "iat"> => ({
  ...{ id: "visite", version: 1, indicator, title: { it: "Visite brevi", en: "Short visits" } },
  ...{
    done: both("Two visits a day"),
    regulation: both("Art. 12"),
    cost: both("21 EUR"),
    context: both("One desk"),
  },
  ...{ role: both("Home care office"), address: "domiciliarita@monza.example", origin: "made" },
});

export interface Table {
  readonly world: World;
  readonly hub: string;
  /** The address that signs a member in to the page. */
  link(as: string, search?: string): Promise<string>;
  close(): Promise<void>;
}
export interface Setting {
  /** Cities that have agreements with each other; all but Mantova unless given. */
  readonly agreed?: readonly string[];
  readonly cities?: readonly string[];
  readonly descriptor?: (city: string) => Descriptor;
  readonly rows?: (city: string) => string;
  readonly definitions?: readonly Indicator[];
  readonly names?: Readonly<Record<string, string>>;
}

/** Hub, nodes, definitions and a card; the clock is the machine's from then on. */
export async function layTable(setting: Setting = {}): Promise<Table> {
  const { cities = CITIES, agreed = cities.filter((id) => id !== MANTOVA) } = setting;
  const named = (id: string) => ({
    ...member(id),
    name: both(setting.names?.[id] ?? PEOPLE[id]?.name ?? id),
  });
  const world = await makeWorld([...cities, "istat"].map(named), "2024-07-01");
  const rows = setting.rows ?? ((id: string) => rowsOf(PEOPLE[id]!, yearsOf(id)));
  for (const id of cities.filter((one) => one !== BERGAMO)) {
    const descriptor = (
      setting.descriptor ?? ((city: string) => aiuti({}, yearsOf(city), city === ROVIGO ? 1 : 5))
    )(id);
    const [first, ...others] = Object.keys(descriptor.policy.calendar).sort().reverse();
    if (first !== undefined) await world.publish(id, descriptor, bytes(rows(id)));
    const release = await releaseOf(world.at, id, await world.store(id), world.clock);
    for (const period of others) await release({ dataset: descriptor.id, period });
  }
  const table = ["COMUNE;N;ZERO", ...CITIES.map((id) => `${id};${PEOPLE[id]!.residents};0`)].join(
    "\n",
  );
  await world.publish("istat", residenti, bytes(`${table}\n`));
  await world.publish("istat", aid, bytes(aidCsv));
  await setClock(world.at.clock, new Date());
  const pairs = agreed.flatMap((consumer) =>
    agreed.flatMap((provider) =>
      consumer === provider ? [] : [{ consumer, provider, dataset: "aiuti" }],
    ),
  );
  const started = await world.start(pairs);
  await sayIndicators(world, setting.definitions ?? definitions());
  const jwk = async (id: string) =>
    PrivateJwk.parse(JSON.parse(await readFile(world.at.key(id, "member"), "utf8")));
  const { hub } = started;
  return {
    world,
    hub,
    async link(as, search = "?lang=it") {
      const address = signinLink(hub, { member: as, key: await jwk(as), ahead: 0 });
      return address.replace("/#", `/${search}#`);
    },
    close: () => world.close(),
  };
}

async function sayIndicators(world: World, all: readonly Indicator[]): Promise<void> {
  const [store, now] = [await world.store(HUB), world.clock()];
  const members = directory(store);
  const keysOf = async (id: string) => (await members.get(id))?.keys ?? [];
  const key = await keyOf(world.at, PADOVA, "member");
  for (const definition of all)
    await propose(
      store,
      await signCompact(key, "tavolo-indicator+jws", { v: 1, iss: PADOVA, iat: now, definition }),
      keysOf,
      now,
    );
  const accepted = all.map((one) => ({ id: one.id, version: one.version, digest: digestOf(one) }));
  await accept(
    store,
    await signCompact(key, "tavolo-acceptance+jws", { v: 1, iss: PADOVA, iat: now, accepted }),
    keysOf,
    now,
  );
  const monza = await keyOf(world.at, MONZA, "member").catch(() => undefined);
  if (monza && all[0])
    await storePractice(
      store,
      await signCompact(monza, "tavolo-practice+jws", {
        v: 1,
        iss: MONZA,
        iat: now,
        ...practice(all[0].id),
      }),
      keysOf,
      now,
    );
}
