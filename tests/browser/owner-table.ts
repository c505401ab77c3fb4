/** A node for the owner's page: three datasets of Padova, two proposals, three who left, a day of questions. Everybody in it is invented. */
import { readFile } from "node:fs/promises";
import { askHub } from "../../adapters/client/asking.ts";
import { type Signin, signinLink } from "../../adapters/client/signin.ts";
import { clockOffset } from "../../adapters/clock/clock.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { keepOf, releaseOf } from "../../adapters/local/private-side.ts";
import { runSchedule } from "../../adapters/local/schedule.ts";
import {
  type Draft,
  draftAgreement,
  signAgreement,
} from "../../functions/agreements/agreements.ts";
import { readDirectory } from "../../functions/members/directory-file.ts";
import { Descriptor } from "../../schemas/descriptor.ts";
import { DirectoryFile } from "../../schemas/member.ts";
import { PrivateJwk } from "../../schemas/words.ts";
import { makeWorld, member, purposeId, type World } from "../world/machine.ts";
import { bytes } from "../world/small.ts";

export const [PADOVA, NOVARA, MONZA, BERGAMO] = [
  "IT-028060",
  "IT-003106",
  "IT-108033",
  "IT-016024",
] as const;
const NAMES: Readonly<Record<string, string>> = {
  [PADOVA]: "Padova",
  [NOVARA]: "Novara",
  [MONZA]: "Monza",
  [BERGAMO]: "Bergamo",
};
/** The day on which the page is looked at. */
export const TODAY = "2026-11-23";

const both = (it: string, en: string) => ({ it, en });
export const DISTRICTS = ["1 Centro", "2 Nord", "3 Est", "4 Sud-Est", "5 Sud-Ovest", "6 Ovest"];
const shared = {
  ...{
    v: 1,
    kind: "records",
    origin: "made",
    source: "tests/browser/owner-table.ts",
    licence: "CC0-1.0",
    level: "municipality",
  },
  file: { format: "csv", delimiter: ";", decimal: "," },
  period: { column: "ANNO" },
  subject: { unit: both("persona", "person"), columns: ["CODICE"] },
};
const dimensions = [
  {
    id: "age",
    title: both("Età", "Age"),
    column: "ETA",
    codes: ["0-17", "18-64", "65-74", "75-84", "85+"],
    source: "classes of this test",
  },
  {
    id: "sex",
    title: both("Sesso", "Sex"),
    column: "SESSO",
    codes: ["F", "M"],
    source: "classes of this test",
  },
  {
    id: "district",
    title: both("Quartiere", "District"),
    column: "QUARTIERE",
    codes: DISTRICTS,
    source: "classes of this test",
  },
];

export const prestazioni = (change: object = {}): Descriptor =>
  Descriptor.parse({
    ...shared,
    id: "prestazioni",
    title: both("Prestazioni e servizi sociali", "Benefits and social services"),
    description: both("Persone aiutate", "Persons who are helped"),
    legalBasis: { basis: "public-task", reference: "L. 328/2000, art. 6" },
    dimensions,
    fields: [
      { id: "any", kind: "any", title: both("Conosciuti dai servizi", "Known to services") },
      {
        id: "helped",
        kind: "when",
        title: both("Aiutati a casa", "Helped at home"),
        column: "ORE",
        above: 0,
        source: "regulation of this test",
      },
      {
        ...{
          id: "hours",
          kind: "sum",
          title: both("Ore al mese", "Hours a month"),
          column: "ORE",
          of: "helped",
          bounds: [0, 40],
          grid: 0.01,
        },
        ...{
          unit: both("ore", "hours"),
          order: 1,
          source: "regulation of this test: at most 40 hours",
        },
      },
    ],
    policy: {
      method: "lattice",
      advantage: 10,
      calendar: { "2021": ["2025-11-09"], "2022": ["2026-11-09"], "2023": ["2027-01-15"] },
      closed: [{ from: "2027-04-12", until: "2027-06-14", reason: "elezioni comunali" }],
    },
    ...change,
  });

const attivita = Descriptor.parse({
  ...shared,
  id: "attivita",
  title: both("Invecchiamento attivo", "Active ageing"),
  description: both("Chi partecipa", "Who takes part"),
  legalBasis: { basis: "public-task", reference: "L.R. 23/2017" },
  dimensions: dimensions.slice(0, 2),
  fields: [{ id: "any", kind: "any", title: both("Partecipanti", "Participants") }],
  policy: {
    method: "lattice",
    advantage: 5,
    calendar: { "2022": ["2026-11-09"], "2023": ["2027-02-01"] },
  },
});

const mappa = Descriptor.parse({
  ...shared,
  ...{ id: "mappa", kind: "register", origin: "real", subject: undefined },
  title: both("Mappa dell’offerta", "Map of supply"),
  description: both("Organizzazioni e servizi", "Organisations and services"),
  legalBasis: { basis: "open-data", reference: "D.Lgs. 36/2006" },
  dimensions: dimensions.slice(2),
  fields: [{ id: "bodies", kind: "any", title: both("Organizzazioni", "Organisations") }],
  policy: { method: "none", calendar: { "2022": ["2026-10-02"] }, smallest: 1 },
});

const AGES = ["65-74", "75-84", "85+", "18-64", "75-84", "0-17"];
const personsOf = (years: readonly string[], count: number): string =>
  [
    "ANNO;CODICE;ETA;SESSO;QUARTIERE;ORE",
    ...years.flatMap((year) =>
      Array.from(
        { length: count },
        (_, n) =>
          `${year};P${n};${AGES[n % 6]};${n % 5 < 3 ? "F" : "M"};${DISTRICTS[(n * 7) % 6]};${n % 3 ? `${n % 40},00` : "0,00"}`,
      ),
    ),
  ].join("\n");

export interface OwnerTable {
  readonly world: World;
  readonly hub: string;
  /** Where Padova reaches its own node. */
  readonly owner: string;
  /** Where its node answers others. */
  readonly node: string;
  /** The link that signs somebody in to Padova's page. */
  link(as?: string, search?: string): Promise<string>;
  signin(as: string): Promise<Signin>;
  close(): Promise<void>;
}

export interface Setting {
  /** Nothing of it: a node that was just set up. */
  readonly empty?: boolean;
  /** Only the first dataset, under this title. */
  readonly title?: string;
}

export async function layOwnerTable({ empty = false, title }: Setting = {}): Promise<OwnerTable> {
  const named = (id: string) => ({
    ...member(id, id === PADOVA || id === MONZA),
    name: both(NAMES[id]!, NAMES[id]!),
  });
  const world = await makeWorld([PADOVA, NOVARA, MONZA, BERGAMO].map(named), "2025-11-10");
  if (title !== undefined)
    await world.publish(
      PADOVA,
      prestazioni({ title: both(title, title) }),
      bytes(personsOf(["2021"], 60)),
      false,
    );
  else if (!empty) await publishAll(world);
  await world.setDay(TODAY);
  const lively = !empty && title === undefined;
  const started = await world.start(
    !lively ? [] : [{ consumer: MONZA, provider: PADOVA, dataset: "prestazioni" }],
  );
  const of = (id: string) => started.nodes.find((node) => node.member === id)!;
  if (lively) {
    await proposals(world, started.hub);
    await questions(world, of(PADOVA).url);
    await runSchedule(world.at, PADOVA, await world.store(PADOVA), world.clock);
  }
  const signin = async (id: string): Promise<Signin> => ({
    member: id,
    key: PrivateJwk.parse(JSON.parse(await readFile(world.at.key(id, "member"), "utf8"))),
    ahead: Math.round(clockOffset(world.at.clock)),
  });
  return {
    world,
    hub: started.hub,
    owner: of(PADOVA).owner,
    node: of(PADOVA).url,
    signin,
    async link(as = PADOVA, search = "?lang=it") {
      return signinLink(of(PADOVA).owner, await signin(as)).replace("/#", `/${search}#`);
    },
    close: () => world.close(),
  };
}

async function publishAll(world: World): Promise<void> {
  const store = await world.store(PADOVA);
  await world.publish(PADOVA, prestazioni(), bytes(personsOf(["2021", "2022"], 900)), false);
  await (await releaseOf(world.at, PADOVA, store, world.clock))({
    dataset: "prestazioni",
    period: "2021",
  });
  await world.setDay("2026-11-09");
  const release = await releaseOf(world.at, PADOVA, store, world.clock);
  await release({ dataset: "prestazioni", period: "2022" });
  await world.publish(PADOVA, attivita, bytes(personsOf(["2022"], 300)), false);
  await release({ dataset: "attivita", period: "2022" });
  await world.publish(PADOVA, mappa, bytes(personsOf(["2022"], 60)));
  await world.setDay("2026-11-20");
  const { withdraw } = await keepOf(world.at, PADOVA, store, world.clock);
  await withdraw({ dataset: "prestazioni", identifiers: [["P1"], ["P2"], ["P3"]] });
}

/** Novara asks for counts and hours, not by district; Bergamo for the other dataset. */
async function proposals(world: World, hub: string): Promise<void> {
  const file = DirectoryFile.parse(await (await fetch(`${hub}/v1/members`)).json());
  const entries = new Map((await readDirectory(file)).map((entry) => [entry.id, entry]));
  const now = world.clock();
  const propose = async (consumer: string, terms: Pick<Draft, "dataset"> & Partial<Draft>) => {
    const agreement = draftAgreement(
      { consumer: entries.get(consumer)!, provider: entries.get(PADOVA)!, number: 1, ...terms },
      consumer,
      now,
    );
    const body = {
      v: 1,
      agreement: await signAgreement(await keyOf(world.at, consumer, "member"), agreement),
      events: [],
    };
    const reply = await fetch(`${hub}/v1/agreements`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(await reply.text());
  };
  await propose(NOVARA, { dataset: "prestazioni", dimensions: ["age", "sex"], callsADay: 500 });
  await propose(BERGAMO, {
    dataset: "attivita",
    measures: ["any"],
    dimensions: ["age"],
    callsADay: 100,
  });
}

/** Monza asks five questions that are answered; somebody sends three that are none. */
async function questions(world: World, node: string): Promise<void> {
  const asker = await world.asker(MONZA);
  const question = {
    purposeId,
    members: [PADOVA],
    dataset: "prestazioni",
    period: "2022",
    measures: [{ count: "any" }],
    by: ["age"],
    where: {},
  };
  for (let n = 0; n < 5; n++) await askHub(asker, question as Parameters<typeof askHub>[1]);
  for (let n = 0; n < 3; n++)
    await fetch(`${node}/v1/answer`, {
      method: "POST",
      headers: { "content-type": "application/jose" },
      body: "a.b.c",
    });
  // whoever asks for the head need not wait for the sequencer's next turn
  await fetch(`${node}/v1/log/head`);
}
