/**
 * Records become a release, top to bottom: reserve → consent → subjects → cross → marginals → protect → publish.
 * What it charges, it charges once; what it has not finished, nobody can see.
 */
import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { Descriptor } from "../../schemas/descriptor.ts";
import type { Blobs, Clock, CrossDerived, CrossMoment, CrossRequest, CubeWriter, Engine, Signer, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Manifest } from "../../schemas/release.ts";
import { leavesOf } from "../shared/axes.ts";
import { sha256, signCompact } from "../shared/jws.ts";
import { accept, axesOf } from "../shared/layout.ts";
import type { Log } from "../shared/log.ts";
import { reserve } from "./account.ts";
import { cubeTable, manifestOf } from "./manifest.ts";
import { planRelease, type ReleasePlan } from "./protect/plan.ts";
import { protect } from "./protect/protect.ts";
import { claim, finish, seal, sweep } from "./publish.ts";

export interface ReleaseDeps {
  readonly member: string;
  readonly store: Store;
  /** Versions and drafts: where the answering role cannot read. */
  readonly privateBlobs: Blobs;
  /** Releases: where the answering role reads. */
  readonly publicBlobs: Blobs;
  readonly engine: Engine;
  readonly cubes: CubeWriter;
  /** The node's release key. */
  readonly signer: Signer;
  readonly log: Log;
  readonly clock: Clock;
}
export interface ReleaseJob {
  readonly dataset: string;
  readonly period: string;
}

/** A fresh 256-bit key from the operating system; erased once the cube is drawn, since nothing ever needs it again. */
const freshKey = (): Uint8Array => randomBytes(32);

/** Throws `Refused`: no-version, descriptor-banned, unknown-period, not-due, account-exceeded, release-superseded, conflict. */
export const release = (deps: ReleaseDeps) => (job: ReleaseJob) => releaseUnder({ makeKey: freshKey, planOf: planRelease }, deps, job);

/** The two things that the tests replace: where the key comes from, and how a policy becomes a plan. */
export interface Means {
  readonly makeKey: () => Uint8Array;
  readonly planOf: typeof planRelease;
}

/** The flow itself, for `release` and for the tests' own entry: no handler, command or environment can hand in a key. */
export async function releaseUnder({ makeKey, planOf }: Means, deps: ReleaseDeps, { dataset, period }: ReleaseJob): Promise<Manifest> {
  const now = deps.clock();
  const version = await currentVersion(deps.store, dataset);
  const plan = planOf(accept(version.descriptor), period);
  await sweep(deps, dataset, period);
  const reservation = await reserve(deps.store, deps.member, plan, now);
  const draft = await claim(deps, reservation);
  if (draft.state === "sealed") return finish(deps, reservation, draft, now);
  const withdrawn = await withdrawals(deps.store, dataset);
  const cross = await deps.engine.cross(crossRequest(plan, await deps.privateBlobs.local(version.path), withdrawn));
  const key = makeKey();
  const figures = protect(cross, plan, key, reservation.entry.release);
  key.fill(0);
  const cube = await deps.cubes.write(cubeTable(figures, plan), { release: reservation.entry.release, licence: plan.descriptor.licence });
  const manifest = manifestOf(plan, reservation, deps.member, sha256(cube), now);
  const sealed = await seal(deps, reservation, draft, cube, await signCompact(deps.signer, "tavolo-release+jws", manifest));
  return finish(deps, reservation, sealed, now);
}

const Version = z.looseObject({ path: z.string(), descriptor: z.unknown() });

/** The dataset's stored rows as the pointer names them. */
export async function currentVersion(store: Store, dataset: string): Promise<{ path: string; descriptor: unknown }> {
  const item = await store.get("release#version", dataset);
  if (item === undefined) throw new Refused("no-version", `ingest a file of ${dataset} first: tavolo ingest DESCRIPTOR FILE --as MEMBER`);
  const { path, descriptor } = Version.parse(item.body);
  return { path, descriptor };
}

/** Pseudonyms of those who withdrew: left out even where their rows should still be there. */
async function withdrawals(store: Store, dataset: string): Promise<string[]> {
  const subjects: string[] = [];
  for await (const { sk } of store.query(`release#withdrawal#${dataset}`)) subjects.push(sk);
  return subjects;
}

/** What the engine must know. */
export function crossRequest(plan: ReleasePlan, file: string, withdrawn: readonly string[]): CrossRequest {
  const { descriptor, period } = plan;
  return {
    file,
    period,
    per: descriptor.kind === "records" ? "subject" : "row",
    withdrawn,
    dimensions: axesOf(descriptor).map(({ id, codes }) => ({ id, codes: leavesOf(codes) })),
    ...(descriptor.family ? { family: { codes: descriptor.family.codes.map(({ code }) => code), atMost: descriptor.family.atMost } } : {}),
    derived: derivedOf(plan),
    fields: plan.fields.map(({ rule }) => rule),
  };
}

/** Derived values for the engine: moments as days since 1970-01-01. */
function derivedOf({ descriptor, period }: ReleasePlan): CrossDerived[] {
  const end = Date.parse(`${period}-12-31T00:00:00Z`) / 86_400_000;
  type Moment = Extract<Descriptor["derived"][number], { kind: "days" }>["from"];
  const moment = (one: Moment): CrossMoment =>
    one === "period-end" ? { day: end } : { measure: one.column, pick: one.pick, ...(one.open === "period-end" ? { open: end } : {}) };
  return descriptor.derived.map((derived): CrossDerived => {
    const { id } = derived;
    if (derived.kind === "days") return { id, kind: "days", from: moment(derived.from), to: moment(derived.to) };
    if (derived.kind === "change") return { id, kind: "change", measure: derived.column };
    return derived;
  });
}
