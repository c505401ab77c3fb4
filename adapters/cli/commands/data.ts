/** The owner's commands: rows in, releases out. */
import Table from "cli-table3";
import { readAccount, type StoredAccount } from "../../../functions/account/account.ts";
import { accountedOf, nextTurn } from "../../../functions/account/standing.ts";
import { latestPeriod } from "../../../functions/disclosure/calendar.ts";
import { accept } from "../../../functions/disclosure/descriptor-rules.ts";
import { horizon } from "../../../functions/disclosure/disclosure-risk.ts";
import { muOfPoints, pointsOfMu2, totalMu2 } from "../../../functions/disclosure/gaussian-dp.ts";
import { readingOf } from "../../../functions/disclosure/methods/reading.ts";
import { planRelease, type ReleasePlan } from "../../../functions/disclosure/release-plan.ts";
import { currentVersion, rehearse } from "../../../functions/release/release.ts";
import { found } from "../../../schemas/found.ts";
import { yearOf } from "../../../schemas/period.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { keepOf, releaseDeps, releaseOf } from "../../local/private-side.ts";
import { clockNote, context, memberOf, readJson, withStores } from "./context.ts";

interface Shared {
  readonly as: string;
  readonly state?: string;
}

export async function ingestCommand(
  descriptor: string,
  files: string[],
  options: Shared,
): Promise<void> {
  const ctx = await context(options.state);
  const { id } = memberOf(ctx, options.as);
  const json = await readJson(descriptor);
  await withStores(ctx, async (stores) => {
    const { ingest } = await keepOf(ctx.at, id, await stores.store(id), ctx.clock);
    const tty = process.stderr.isTTY;
    const onProgress = (rows: number) =>
      tty && process.stderr.write(`\r${rows.toLocaleString("en")} rows`);
    const report = await ingest({ member: id, descriptor: json, files, onProgress }).finally(
      () => tty && process.stderr.write("\r\x1b[K"),
    );
    console.log(
      `${report.dataset}: ${report.read} rows read, ${report.kept} kept, ${report.rejected} rejected, ${report.withdrawn} of persons who withdrew left out.`,
    );
    if (report.unconsented > 0)
      console.log(`  ${report.unconsented} without consent left out, and not stored`);
    if (report.outside > 0)
      console.log(`  ${report.outside} whose days touch no period of the calendar left out`);
    if (report.ranOut > 0) console.log(`  ${report.ranOut} that have run out left out`);
    for (const [rule, count] of Object.entries(report.rules))
      console.log(`  ${count} rejected by rule ${rule}`);
    for (const [dimension, count] of Object.entries(report.recoded))
      console.log(`  ${count} values of ${dimension} went to its "other" code`);
    for (const { line, field, rule } of report.rejects.slice(0, 20))
      console.log(`  line ${line}, ${field || "row"}: ${rule}`);
    if (report.rejects.length > 20) console.log(`  … ${report.rejected - 20} more`);
    console.log(`Next: npx tavolo release ${report.dataset} --as ${id} --dry-run`);
  });
}

export async function releaseCommand(
  dataset: string,
  options: Shared & { period?: string; dryRun?: boolean },
): Promise<void> {
  const ctx = await context(options.state);
  const { id } = memberOf(ctx, options.as);
  await withStores(ctx, async (stores) => {
    const store = await stores.store(id);
    const { descriptor: json } = await currentVersion(store, dataset);
    const descriptor = accept(json);
    const period = options.period ?? found(latestPeriod(descriptor.policy.calendar));
    const turn = await nextTurn(store, descriptor, period, ctx.clock());
    const plan = planRelease(descriptor, period, turn);
    const note = clockNote(ctx);
    if (note) console.log(note);
    const accounted = await accountedOf(store, { dataset, period });
    describePolicy(plan, await readAccount(store, yearOf(period)), accounted);
    if (options.dryRun) {
      const deps = await releaseDeps(ctx.at, id, store, ctx.clock);
      const refused = await rehearse(deps, { dataset, period })
        .then(() => undefined)
        .catch(whyRefused);
      return void console.log(
        refused === undefined
          ? "The release would be made now."
          : `The release would be refused now: ${refused}`,
      );
    }
    const release = await releaseOf(ctx.at, id, store, ctx.clock);
    const manifest = await release({ dataset, period });
    console.log(`Released ${manifest.id}, cube ${manifest.cube}.`);
  });
}

/** Throws on what is no refusal. */
function whyRefused(error: unknown): string {
  if (!(error instanceof Refused)) throw error;
  return [error.reason, error.hint?.detail].filter((part) => part !== undefined).join(": ");
}

/** What the policy will do, before anything is done. */
function describePolicy(
  { descriptor, period, fields, mu2, releases, year, spends }: ReleasePlan,
  account: StoredAccount,
  accounted: Awaited<ReturnType<typeof accountedOf>>,
): void {
  const table = new Table({
    head: ["field", "dimensions at once", "noise (SD)", "95 % within", "share"],
    style: { head: [], border: [] },
  });
  for (const { released, scale } of fields) {
    const sd = scale * released.grid;
    const unit = released.kind === "count" ? "" : ` ${released.unit.en}`;
    table.push([
      released.id,
      released.order,
      `${sd.toFixed(1)}${unit}`,
      `± ${(1.96 * sd).toFixed(1)}`,
      released.share.toFixed(3),
    ]);
  }
  console.log(
    `${descriptor.title.en} (${descriptor.id}), period ${period}, method ${descriptor.policy.method}, ${releases} release(s) a period`,
  );
  console.log(table.toString());
  if (!readingOf(descriptor.policy.method).protects)
    return void console.log("Public figures: nothing is added, nothing is spent.");
  const advantage = accounted?.advantage ?? descriptor.policy.advantage;
  const reach = horizon({
    release: muOfPoints(spends.points) ** 2 / spends.releases,
    period: accounted?.mu2 ?? muOfPoints(advantage) ** 2,
    year: (accounted?.year ?? year).mu2,
    former: accounted?.former,
  });
  const spent = totalMu2(account.entries);
  console.log(
    [
      `Loss: ${advantage} points a period (ε ${reach.epsilon} at δ 1e-6); this release spends ${pointsOfMu2(mu2).toFixed(1)}.`,
      `Account ${yearOf(period)}: ${pointsOfMu2(spent).toFixed(1)} points spent of ${account.ceiling}.`,
      `Horizon: the best informed attacker is right ${reach.release} % of the time after this release, ${reach.period} % after the period, ${reach.year === undefined ? "" : `${reach.year} % after all periods of ${yearOf(period)}, for who is in each of them, `}${reach.fiveYears} % after five years, ${reach.twoCities} % where two cities hold the same person under the same policy.`,
    ].join("\n"),
  );
}
