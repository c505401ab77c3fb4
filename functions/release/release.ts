/**
 * Records become a release, top to bottom: rowsNow → refuseHeldBack → refuseOtherPeriod → nextTurn → planOf → revisedBy → sweep → reserve → claim → crossOf → makeKey →
 * protect → cubeTable → withSigns → markRevised → manifestOf → privateHead → codesOf → seal → finish. What it charges, it charges once; what it has not finished, nobody can see. Who withdrew
 * is left out by crossOf: the engine is told their pseudonyms.
 */
import { randomBytes } from "node:crypto";
import type { Descriptor } from "../../schemas/descriptor.ts";
import { lastDay } from "../../schemas/period.ts";
import type {
  Blobs,
  Clock,
  Cross,
  CrossDerived,
  CrossMoment,
  CrossRequest,
  CubeWriter,
  Engine,
  RowsAt,
  Signer,
  Store,
} from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Manifest, ReleaseJob } from "../../schemas/release.ts";
import { reserve } from "../account/reserve.ts";
import { nextTurn } from "../account/standing.ts";
import { leavesOf } from "../disclosure/axes.ts";
import { accept } from "../disclosure/descriptor-rules.ts";
import { daysOf } from "../disclosure/duration.ts";
import { axesOf } from "../disclosure/fields.ts";
import { rulesOfKind } from "../disclosure/kinds.ts";
import { planRelease, type ReleasePlan } from "../disclosure/release-plan.ts";
import type { Log } from "../log/append.ts";
import { sha256, signCompact } from "../signing/jws.ts";
import { storeBeside } from "../store/beside.ts";
import { codesOf, cubeTable, manifestOf } from "./manifest.ts";
import { refuseHeldBack } from "./planned.ts";
import { privateHead } from "./private-head.ts";
import { protect } from "./protect/protect.ts";
import { claim, finish, seal, sweep } from "./publish.ts";
import { markRevised, revisedBy } from "./revision.ts";
import { currentVersion, type Rows, refuseOtherPeriod, rowsAt, rowsNow } from "./rows.ts";
import { signFields, withSigns } from "./signs.ts";

export { currentVersion };

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

/** A fresh 256-bit key from the operating system; erased once the cube is drawn, since nothing ever needs it again. */
const freshKey = (): Uint8Array => randomBytes(32);

/** Draws of one release, where each time somebody left, or a file came in, before it was settled. */
const DRAWS = 5;

/** Throws `Refused`: no-version, rows-run-out, descriptor-banned, unknown-period, policy-fixed, not-due, revision-refused, account-exceeded, release-superseded, conflict. */
export function release(deps: ReleaseDeps, job: ReleaseJob): Promise<Manifest> {
  return releaseUnder({ makeKey: freshKey, planOf: planRelease }, deps, job);
}

/** The two things that the tests replace: where the key comes from, and how a policy becomes a plan. */
interface Means {
  readonly makeKey: () => Uint8Array;
  readonly planOf: typeof planRelease;
}

/** The flow itself, for `release` and for the tests' own entry: no handler, command or environment can hand in a key. */
export async function releaseUnder(
  means: Means,
  deps: ReleaseDeps,
  job: ReleaseJob,
  draws = 1,
): Promise<Manifest> {
  const { makeKey, planOf } = means;
  const { dataset, period } = job;
  const now = deps.clock();
  const version = await rowsNow(deps.store, dataset, now);
  // behind the rows: a dataset is held back before those come that are, so that whoever has read them sees it
  await refuseHeldBack(deps.store, dataset, now);
  const descriptor = accept(version.descriptor);
  refuseOtherPeriod(descriptor, period);
  const turn = await nextTurn(deps.store, descriptor, period, now);
  const plan = planOf(descriptor, period, turn);
  const replaced = await revisedBy(deps, plan, job.revision);
  await sweep(deps, dataset, period);
  const reservation = await reserve(deps.store, deps.member, plan, now, replaced !== undefined);
  // another revision came out meanwhile: this one would say that it replaces what is not there any more
  if (replaced !== undefined && reservation.entry.number !== replaced.terms.replaces + 1)
    throw new Refused("conflict");
  const draft = await claim(deps, reservation, version.state);
  if (draft.state !== "drawing") return finish(deps, reservation, draft, now);
  const cross = await crossOf(deps, plan, version);
  if (cross === undefined) return again(means, deps, job, draws);
  const key = makeKey();
  const figures = protect(cross, plan, key, reservation.entry.release);
  key.fill(0);
  const drawn = cubeTable(figures, plan);
  const { table: signed, statuses } = withSigns(drawn, cross, plan);
  const { table, revision } = replaced ? markRevised(signed, replaced) : { table: signed };
  const cube = await deps.cubes.write(table, {
    release: reservation.entry.release,
    licence: plan.descriptor.licence,
  });
  const of = manifestOf(plan, reservation, deps.member, sha256(cube), now, { revision, statuses });
  const manifest = { ...of, ...(await privateHead(deps.store, of.id)) };
  const codes = codesOf(plan);
  // who left while it was drawn is not counted either: nobody has seen it yet, and it is drawn again under a new key
  if (await changed(deps, dataset, version)) return again(means, deps, job, draws);
  const sealed = await seal(
    deps,
    reservation,
    draft,
    { cube, codes },
    await signCompact(deps.signer, "tavolo-release+jws", manifest),
    version.state,
  );
  return finish(deps, reservation, sealed, now);
}

/**
 * Throws `Refused` for all that `release` would refuse before it draws, and writes nothing: what would be reserved is kept beside the
 * store for as long as this takes.
 */
export async function rehearse(
  deps: Pick<ReleaseDeps, "store" | "member" | "clock" | "publicBlobs">,
  { dataset, period, revision }: ReleaseJob,
): Promise<void> {
  const { store, member, clock } = deps;
  const now = clock();
  const descriptor = accept((await rowsNow(store, dataset, now)).descriptor);
  await refuseHeldBack(store, dataset, now);
  refuseOtherPeriod(descriptor, period);
  const turn = await nextTurn(store, descriptor, period, now);
  const beside = storeBeside(store);
  const plan = planRelease(descriptor, period, turn);
  const replaced = await revisedBy(deps, plan, revision);
  await reserve(beside, member, plan, now, replaced !== undefined);
}

/** The exact cells; undefined where the rows went away under the engine, since a new version of them came into force. */
async function crossOf(
  deps: ReleaseDeps,
  plan: ReleasePlan,
  rows: Rows,
): Promise<Cross | undefined> {
  try {
    return await deps.engine.cross(
      crossRequest(plan, await rowsAt(deps.privateBlobs, rows), rows.withdrawn),
    );
  } catch (error) {
    if (await changed(deps, plan.descriptor.id, rows)) return undefined;
    throw error;
  }
}

const changed = async ({ store, clock }: ReleaseDeps, dataset: string, { state }: Rows) =>
  (await rowsNow(store, dataset, clock())).state !== state;

function again(means: Means, deps: ReleaseDeps, job: ReleaseJob, draws: number): Promise<Manifest> {
  if (draws === DRAWS)
    throw new Refused(
      "conflict",
      "the stored rows changed each time that it was drawn; nothing was shown",
    );
  return releaseUnder(means, deps, job, draws + 1);
}

/** What the engine must know. */
export function crossRequest(
  plan: ReleasePlan,
  rows: RowsAt,
  withdrawn: readonly string[],
): CrossRequest {
  const { descriptor, period } = plan;
  return {
    rows,
    period,
    per: rulesOfKind(descriptor.kind).per,
    withdrawn,
    dimensions: axesOf(descriptor).map(({ id, codes }) => ({ id, codes: leavesOf(codes) })),
    ...(descriptor.family
      ? {
          family: {
            codes: descriptor.family.codes.map(({ code }) => code),
            atMost: descriptor.family.atMost,
          },
        }
      : {}),
    derived: derivedOf(plan),
    fields: [...plan.fields.map(({ rule }) => rule), ...signFields(plan)],
  };
}

/** Derived values for the engine: moments as days since 1970-01-01. */
function derivedOf({ descriptor, period }: ReleasePlan): CrossDerived[] {
  const end = daysOf(lastDay(period));
  type Moment = Extract<Descriptor["derived"][number], { kind: "days" }>["from"];
  const moment = (one: Moment): CrossMoment =>
    one === "period-end"
      ? { day: end }
      : {
          measure: one.column,
          pick: one.pick,
          ...(one.open === "period-end" ? { open: end } : {}),
        };
  return descriptor.derived.map((derived): CrossDerived => {
    const { id } = derived;
    if (derived.kind === "days")
      return { id, kind: "days", from: moment(derived.from), to: moment(derived.to) };
    if (derived.kind === "change") return { id, kind: "change", measure: derived.column };
    return derived;
  });
}
