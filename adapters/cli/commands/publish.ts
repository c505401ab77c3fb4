/** A public table taken in and released: what changed is shown first, and it may be held back until an instant. */
import Table from "cli-table3";
import { dayOf } from "../../../functions/disclosure/calendar.ts";
import { accept } from "../../../functions/disclosure/descriptor-rules.ts";
import { numeral } from "../../../functions/disclosure/number-format.ts";
import { planRelease } from "../../../functions/disclosure/release-plan.ts";
import {
  confirmPlan,
  dropPlan,
  holdBack,
  withdrawPlan,
} from "../../../functions/release/planned.ts";
import { currentVersion, type ReleaseDeps } from "../../../functions/release/release.ts";
import { cubeOut, revisedBy } from "../../../functions/release/revision.ts";
import { changesOf, descriptorFor, lastOut, tableOf } from "../../../functions/release/trial.ts";
import { storeBeside } from "../../../functions/store/beside.ts";
import type { Descriptor } from "../../../schemas/descriptor.ts";
import { FigureStatus } from "../../../schemas/obs-status.ts";
import type { CubeTable, Store } from "../../../schemas/ports.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { RevisionTerms } from "../../../schemas/release.ts";
import { Period } from "../../../schemas/words.ts";
import { keepOf, releaseDeps, releaseOf, tryFiles } from "../../local/private-side.ts";
import { confirm } from "../confirm.ts";
import { inRome, instantOf } from "../rome.ts";
import { type Context, clockNote, context, memberOf, withStores } from "./context.ts";

export interface PublishOptions {
  readonly as: string;
  readonly state?: string;
  readonly period?: string;
  readonly at?: string;
  readonly revises?: string;
  readonly because?: string;
  readonly becauseEn?: string;
  readonly status?: string;
  readonly yes?: boolean;
  readonly withdraw?: boolean;
}

export async function publishCommand(
  dataset: string,
  file: string | undefined,
  options: PublishOptions,
): Promise<void> {
  const ctx = await context(options.state);
  const { id } = memberOf(ctx, options.as);
  await withStores(ctx, async (stores) => {
    const store = await stores.store(id);
    if (options.withdraw) {
      await withdrawPlan(store, dataset);
      return void console.log(`${dataset}: nothing is held back or announced any more.`);
    }
    if (file === undefined) throw new Refused("body-invalid", "say which file is to be published");
    await publish(ctx, { id, store, dataset, file }, options);
  });
}

interface Of {
  readonly id: string;
  readonly store: Store;
  readonly dataset: string;
  readonly file: string;
}

async function publish(ctx: Context, of: Of, options: PublishOptions): Promise<void> {
  const { id, store, dataset, file } = of;
  const now = ctx.clock();
  const at = options.at === undefined ? undefined : instantOf(options.at);
  if (at !== undefined && at <= now)
    throw new Refused("body-invalid", `--at ${options.at} is past: leave it out to release now`);
  const period = parsed(Period, options.period, "--period takes a period, as in 2025 or 2025-Q1");
  const revision = revisionOf(options);
  const status =
    options.status === undefined
      ? undefined
      : parsed(FigureStatus, options.status, "--status takes a letter of SDMX's CL_OBS_STATUS");
  const known = accept((await currentVersion(store, dataset)).descriptor);
  const day = dayOf(at ?? now);
  const descriptor = accept(descriptorFor(known, { period, day, status }));
  const deps = await releaseDeps(ctx.at, id, store, ctx.clock);
  const table = await tried(ctx, of, descriptor, period);
  const note = clockNote(ctx);
  if (note) console.log(note);
  // what would be refused at its hour is refused now
  await revisedBy(deps, planRelease(descriptor, period), revision);
  await sayChanges(deps, table, dataset, period);
  const when = at === undefined ? "now" : `on ${inRome(at)} (Europe/Rome)`;
  const what = revision === undefined ? "Release" : `Replace release ${revision.replaces} of`;
  await confirm(`${what} ${dataset} ${period} ${when}?`, options.yes);
  const job = { dataset, period, ...(revision ? { revision } : {}) };
  const keep = await keepOf(ctx.at, id, store, ctx.clock);
  const files = { member: id, descriptor, files: [file] };
  if (at === undefined) {
    await keep.ingest(files);
    await dropPlan(store, dataset);
    const manifest = await (await releaseOf(ctx.at, id, store, ctx.clock))(job);
    return void console.log(`Released ${manifest.id}, cube ${manifest.cube}.`);
  }
  // held back first: no schedule may find the rows and take them for due
  const plan = await holdBack(store, job, at, now);
  try {
    const { version } = await keep.ingest(files);
    await confirmPlan(store, { dataset, id: plan, rows: version });
  } catch (error) {
    await withdrawPlan(store, dataset, plan);
    throw error;
  }
  console.log(
    `Held back: ${dataset} ${period} is out ${when}, made by the schedule of this node. That it comes, and when, is public; nothing else of it is.`,
  );
}

function parsed<T>(
  schema: { safeParse(value: unknown): { data?: T | undefined } },
  value: unknown,
  otherwise: string,
): T {
  const { data } = schema.safeParse(value);
  if (data === undefined) throw new Refused("body-invalid", otherwise);
  return data;
}

/** Throws `Refused` body-invalid where a revision lacks its reason, in either language, or a reason its revision. */
function revisionOf({ revises, because, becauseEn }: PublishOptions): RevisionTerms | undefined {
  if (revises === undefined && because === undefined && becauseEn === undefined) return undefined;
  const terms = { replaces: Number(revises), because: { it: because, en: becauseEn } };
  return parsed(
    RevisionTerms,
    terms,
    "a revision names the release that it replaces, and why, in a sentence that everybody will read: --revises NUMBER --because ITALIAN --because-en ENGLISH",
  );
}

/** The table that the file would make. It is read into a folder of its own at the private side, which goes again. */
async function tried(
  ctx: Context,
  { id, store, file }: Of,
  descriptor: Descriptor,
  period: string,
): Promise<CubeTable> {
  const { engine } = await releaseDeps(ctx.at, id, store, ctx.clock);
  const job = { member: id, descriptor, files: [file] };
  return tryFiles(ctx.at, storeBeside(), ctx.clock, job, (report, rows) => {
    console.log(`${report.kept} rows kept, ${report.rejected} rejected.`);
    for (const [rule, count] of Object.entries(report.rules))
      console.log(`  ${count} rejected by rule ${rule}`);
    return tableOf(engine, descriptor, period, rows);
  });
}

async function sayChanges(
  { store, publicBlobs }: Pick<ReleaseDeps, "store" | "publicBlobs">,
  table: CubeTable,
  dataset: string,
  period: string,
): Promise<void> {
  const out = await lastOut(store, dataset, period);
  if (out === undefined) return void console.log(`Nothing of ${dataset} is out yet.`);
  const { sums, cells, codes } = changesOf(table, await cubeOut(publicBlobs, out));
  const say = (value: number | null) =>
    value === null ? "–" : numeral(value, Number.isInteger(value) ? 0 : 2, "en");
  const shown = new Table({
    head: ["field", out.id, `${dataset} ${period}`, "change"],
    style: { head: [], border: [] },
  });
  for (const { field, before, now } of sums)
    shown.push([
      ...[field, say(before), say(now)],
      before === null || now === null ? "–" : say(now - before),
    ]);
  console.log(shown.toString());
  console.log(`${numeral(cells.changed, 0, "en")} of ${numeral(cells.all, 0, "en")} cells differ.`);
  for (const { dimension, fresh, gone } of codes) {
    if (fresh.length > 0) console.log(`New in ${dimension}: ${fresh.join(", ")}`);
    if (gone.length > 0) console.log(`Gone from ${dimension}: ${gone.join(", ")}`);
  }
}
