/** Sets up the demonstration: members with keys, made and public files ingested, first releases, agreements. May be interrupted and repeated. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type City, cities } from "../../docs/demo/cities.ts";
import { mappa, pensioni, prestazioni, residenti } from "../../docs/demo/datasets.ts";
import { generate } from "../../docs/demo/generate.ts";
import { draftAgreement, hubAgreements, signAgreement } from "../../functions/agreements/agreements.ts";
import type { GeneralJws } from "../../schemas/agreement.ts";
import type { Descriptor } from "../../schemas/descriptor.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import type { Clock } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { createMember, keyOf } from "./members.ts";
import { keepOf, releaseOf } from "./node.ts";
import type { LocalMember, Paths, Stores } from "./state.ts";

/** The purpose under which the eight cities agreed to compare. */
export const PURPOSE = {
  id: "5b7c2f0e-3c1d-4a57-8f10-2d1f9a3e0001",
  name: {
    it: "Confronto fra comuni sui servizi sociali (benchlearning)",
    en: "Comparison between municipalities on social services (benchlearning)",
  },
  legalBasis: "GDPR art. 6(1)(e); L. 328/2000, art. 6 and 8",
} as const;

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
const memberOf = ({ id, names }: City): LocalMember => ({ id, name: names, roles: ["provider", "consumer"], node: true });
export const demonstrationMembers: readonly LocalMember[] = [HUB, ...cities.map(memberOf), ...NATIONAL];

interface Publication {
  readonly member: string;
  readonly descriptor: Descriptor;
  /** The file's path, or the bytes of a made one. */
  readonly file: string | Uint8Array;
}

/** What each member publishes. A city's made files are drawn when it is asked for them, not before. */
function publications(member: string): Publication[] {
  if (member === "istat") return [{ member, descriptor: residenti(), file: join(PUBLIC, "residenti-2022.csv") }];
  if (member === "inps") return [{ member, descriptor: pensioni(), file: join(PUBLIC, "pensioni-2024.csv") }];
  const city = cities.find(({ id }) => id === member);
  if (city === undefined) return [];
  const files = generate(city);
  return [
    { member, descriptor: prestazioni(city), file: files["prestazioni-2022.csv"] },
    { member, descriptor: mappa(city), file: files["mappa-2022.csv"] },
  ];
}

const periodOf = ({ policy }: Descriptor): string => Object.keys(policy.calendar).sort().at(-1)!;

/** Whether every member's datasets are out: then there is nothing to set up. */
export async function isSetUp(stores: Stores): Promise<boolean> {
  for (const { id, node } of demonstrationMembers) {
    if (!node) continue;
    const store = await stores.store(id);
    let out = 0;
    for await (const _ of store.query("answer#pointer")) out += 1;
    if (out < (id.startsWith("IT-") ? 2 : 1)) return false;
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
    for (const { descriptor, file } of publications(member.id)) {
      const period = periodOf(descriptor);
      if ((await store.get("answer#pointer", `${descriptor.id}#${period}`)) !== undefined) continue;
      say(`${descriptor.id}: ingest`);
      const path = typeof file === "string" ? file : join(scratch, `${descriptor.id}.csv`);
      if (typeof file !== "string") await writeFile(path, file, { mode: 0o600 });
      const report = await ingest({ member: member.id, descriptor, files: [path] });
      say(`${descriptor.id}: ${report.kept} rows kept, ${report.rejected} rejected; release`);
      await release({ dataset: descriptor.id, period }).catch((error: unknown) => {
        // a calendar set back in time: the demonstration comes up, and the dataset is not there yet
        if (!(error instanceof Refused) || error.reason !== "not-due") throw error;
      });
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Agreements among all eight cities on the common dataset, signed by both. Those that the stores have already are not made again. */
export async function demonstrationAgreements(
  at: Paths,
  stores: Stores,
  clock: Clock,
  entries: ReadonlyMap<string, DirectoryEntry>,
): Promise<GeneralJws[]> {
  const there = new Set((await hubAgreements(await stores.store(HUB.id)).all()).map(({ id }) => id));
  const made: GeneralJws[] = [];
  const now = clock();
  for (const { id: consumer } of cities)
    for (const { id: provider } of cities) {
      if (consumer === provider || there.has(`${consumer}/${provider}/prestazioni/1`)) continue;
      const terms = {
        dataset: "prestazioni",
        purpose: PURPOSE,
        measures: "all" as const,
        dimensions: "all" as const,
        from: 0,
        until: now + 5 * 365 * 86_400,
      };
      const draft = draftAgreement(
        { ...terms, consumer: entries.get(consumer)!, provider: entries.get(provider)!, number: 1 },
        consumer,
        now,
      );
      const once = await signAgreement(await keyOf(at, consumer, "member"), draft);
      made.push(await signAgreement(await keyOf(at, provider, "member"), once));
    }
  return made;
}
