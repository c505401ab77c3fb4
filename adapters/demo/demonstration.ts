/** Sets up the demonstration: members with keys, made and public files ingested, first releases, agreements. May be interrupted and repeated. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type City, cities } from "../../docs/demo/cities.ts";
import {
  descriptorsOf,
  pensioni,
  residenti,
  solidarieta,
  superficie,
} from "../../docs/demo/datasets.ts";
import { allFiles } from "../../docs/demo/generate.ts";
import { citiesOf, themes } from "../../docs/demo/themes.ts";
import { published } from "../../functions/account/standing.ts";
import { draftAgreement, signAgreement } from "../../functions/agreements/agreements.ts";
import { hubAgreements } from "../../functions/agreements/hub-agreements.ts";
import { COMPARISON } from "../../functions/agreements/terms.ts";
import type { GeneralJws } from "../../schemas/agreement.ts";
import type { Descriptor } from "../../schemas/descriptor.ts";
import { found } from "../../schemas/found.ts";
import { pointer } from "../../schemas/items/release.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import { inOrder } from "../../schemas/period.ts";
import type { Clock, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { createMember, keyOf } from "../local/members.ts";
import { keepOf, releaseOf } from "../local/private-side.ts";
import type { LocalMember, Paths, Stores } from "../local/state.ts";

/** The purpose under which the eight cities agreed to compare. */
export const PURPOSE = COMPARISON;

const PUBLIC = join(import.meta.dirname, "../../docs/demo/public");

export const HUB: LocalMember = {
  id: "ifel",
  name: { it: "IFEL, gestore dell'hub", en: "IFEL, operator of the hub" },
  roles: ["operator"],
  node: false,
};
const NATIONAL: readonly LocalMember[] = [
  { id: "inps", name: { it: "INPS", en: "INPS" }, roles: ["provider"], node: true },
  { id: "istat", name: { it: "ISTAT", en: "ISTAT" }, roles: ["provider"], node: true },
];
const memberOf = ({ id, names }: City): LocalMember => ({
  id,
  name: names,
  roles: ["provider", "consumer"],
  node: true,
});
export const demonstrationMembers: readonly LocalMember[] = [
  HUB,
  ...cities.map(memberOf),
  ...NATIONAL,
];

interface Publication {
  readonly descriptor: Descriptor;
  /** Paths, or the bytes of made files. All of a dataset's periods together. */
  readonly files: readonly (string | Uint8Array)[];
}

const NATIONAL_DATASETS: Readonly<Record<string, () => Publication[]>> = {
  istat: () => [
    { descriptor: residenti(), files: [join(PUBLIC, "residenti-2022.csv")] },
    { descriptor: solidarieta(), files: [join(PUBLIC, "solidarieta-2020.csv")] },
    { descriptor: superficie(), files: [join(PUBLIC, "superficie-2026.csv")] },
  ],
  inps: () => [{ descriptor: pensioni(), files: [join(PUBLIC, "pensioni-2024.csv")] }],
};

/** What each member publishes. A city's made files are drawn when it is asked for them, not before. */
function publications(member: string): Publication[] {
  const city = cities.find(({ id }) => id === member);
  if (city === undefined) return NATIONAL_DATASETS[member]?.() ?? [];
  const files = allFiles(city);
  return descriptorsOf(city).map((descriptor) => ({
    descriptor,
    files: files.filter(({ dataset }) => dataset === descriptor.id).map(({ bytes }) => bytes),
  }));
}

const descriptorsAt = (member: string): Descriptor[] => {
  const city = cities.find(({ id }) => id === member);
  return city === undefined
    ? publications(member).map(({ descriptor }) => descriptor)
    : descriptorsOf(city);
};
const periodsOf = ({ policy }: Descriptor): string[] => inOrder(Object.keys(policy.calendar));

/** Whether every member's datasets are out in every period: then there is nothing to set up. */
export async function isSetUp(stores: Stores): Promise<boolean> {
  for (const { id, node } of demonstrationMembers) {
    if (!node) continue;
    const store = await stores.store(id);
    const out = new Set<string>();
    for await (const { sk } of store.query(pointer.pk)) out.add(sk);
    if (
      descriptorsAt(id).some((descriptor) =>
        periodsOf(descriptor).some((period) => !out.has(`${descriptor.id}#${period}`)),
      )
    )
      return false;
  }
  return true;
}

/** Keys for everybody. */
export async function createMembers(at: Paths): Promise<void> {
  for (const member of demonstrationMembers) await createMember(at, member);
}

/** One member's files through ingest and release. A made file lies in a folder of its own only while it is read. */
export async function publishMember(
  at: Paths,
  stores: Stores,
  member: LocalMember,
  clock: Clock,
  say: (what: string) => void,
): Promise<void> {
  const store = await stores.store(member.id);
  const { ingest } = await keepOf(at, member.id, store, clock);
  const release = await releaseOf(at, member.id, store, clock);
  const scratch = await mkdtemp(join(tmpdir(), "tavolo-demo-"));
  try {
    for (const { descriptor, files } of publications(member.id)) {
      const left = await periodsLeft(store, descriptor);
      if (left.length === 0) continue;
      say(`${descriptor.id}: ingest`);
      const paths = await Promise.all(
        files.map((file, at) =>
          typeof file === "string" ? file : written(scratch, `${descriptor.id}-${at}.csv`, file),
        ),
      );
      const report = await ingest({ member: member.id, descriptor, files: paths });
      say(`${descriptor.id}: ${report.kept} rows kept, ${report.rejected} rejected; release`);
      for (const { period, releases } of left)
        for (let number = 0; number < releases; number++) {
          const due = await release({ dataset: descriptor.id, period }).catch((error: unknown) => {
            // a calendar set back in time: the demonstration comes up, and the release is not there yet
            if (!(error instanceof Refused) || error.reason !== "not-due") throw error;
          });
          if (due === undefined) break;
        }
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function written(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes, { mode: 0o600 });
  return path;
}

/** Periods that lack releases, and how many of their calendar they lack. */
async function periodsLeft(
  store: Store,
  descriptor: Descriptor,
): Promise<{ period: string; releases: number }[]> {
  const left: { period: string; releases: number }[] = [];
  for (const period of periodsOf(descriptor)) {
    const out = await published(store, descriptor.id, period);
    const releases = found(descriptor.policy.calendar[period]).length - out;
    if (releases > 0) left.push({ period, releases });
  }
  return left;
}

/** Who compares what: all cities the common dataset, and the cities of a theme their own. */
const circles = () => [
  { dataset: "prestazioni", among: cities },
  ...themes.map((dataset) => ({ dataset: dataset as string, among: citiesOf(dataset) })),
];

const FIRST_DAY = Date.parse("2020-01-01") / 1000;

/** Agreements among all eight cities on the common dataset, and among the cities of each theme on theirs; signed by both. Those that the stores have already are not made again. */
export async function demonstrationAgreements(
  at: Paths,
  stores: Stores,
  clock: Clock,
  entries: ReadonlyMap<string, DirectoryEntry>,
): Promise<GeneralJws[]> {
  const now = clock();
  const held = await hubAgreements(await stores.store(HUB.id))
    .all(now)
    .catch(() => {
      throw new Refused(
        "conflict",
        "this state holds agreements of an older form; begin again with npm start -- --fresh",
      );
    });
  const there = new Set(held.map(({ agreement }) => agreement.id));
  const made: GeneralJws[] = [];
  for (const { dataset, among } of circles())
    for (const { id: consumer } of among)
      for (const { id: provider } of among) {
        if (consumer === provider || there.has(`${consumer}/${provider}/${dataset}/1`)) continue;
        // from before any day to which the local clock may be set back
        const terms = {
          dataset,
          from: FIRST_DAY,
          until: now + 5 * 365 * 86_400,
          callsADay: 100_000,
        };
        const draft = draftAgreement(
          {
            ...terms,
            consumer: found(entries.get(consumer)),
            provider: found(entries.get(provider)),
            number: 1,
          },
          consumer,
          now,
        );
        const once = await signAgreement(await keyOf(at, consumer, "member"), draft);
        made.push(await signAgreement(await keyOf(at, provider, "member"), once));
      }
  return made;
}
