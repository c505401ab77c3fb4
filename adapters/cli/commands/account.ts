/** The account of a year: what was spent, what would still fit, and raising its ceiling. */

import Table from "cli-table3";
import { readAccount, type StoredAccount } from "../../../functions/account/account.ts";
import { statedOf } from "../../../functions/account/standing.ts";
import { correct, raise } from "../../../functions/account/terms.ts";
import { accountView, type Spent } from "../../../functions/account/view.ts";
import { dayOf } from "../../../functions/disclosure/calendar.ts";
import { isLate } from "../../../functions/disclosure/fixed-policy.ts";
import { readingOf } from "../../../functions/disclosure/methods/reading.ts";
import { numeral } from "../../../functions/disclosure/number-format.ts";
import { publishAccount } from "../../../functions/release/publish.ts";
import { signCompact } from "../../../functions/signing/jws.ts";
import { version } from "../../../schemas/items/keep.ts";
import { publishedAccount } from "../../../schemas/items/release.ts";
import { yearOf } from "../../../schemas/period.ts";
import type { Store } from "../../../schemas/ports.ts";
import { Refused } from "../../../schemas/refusal.ts";
import type { CorrectionTerms, RaiseTerms } from "../../../schemas/release.ts";
import { Period } from "../../../schemas/words.ts";
import { keyOf } from "../../local/members.ts";
import { releaseDeps } from "../../local/private-side.ts";
import { clockNote, context, memberOf, withStores } from "./context.ts";

export interface AccountOptions {
  readonly as: string;
  readonly state?: string;
  readonly period?: string;
  readonly json?: boolean;
}

export async function accountCommand(options: AccountOptions): Promise<void> {
  const ctx = await context(options.state);
  const { id } = memberOf(ctx, options.as);
  await withStores(ctx, async (stores) => {
    const store = await stores.store(id);
    const years =
      options.period === undefined ? await yearsOf(store) : [yearOf(periodOf(options.period))];
    const views = await Promise.all(
      years.map(async (year) => [year, await readAccount(store, year)] as const),
    );
    if (options.json)
      return void console.log(
        JSON.stringify(
          Object.fromEntries(
            views.map(([year, { revision: _, ...rest }]) => [
              year,
              { ...rest, ...accountView(year, rest.ceiling, rest.entries) },
            ]),
          ),
          null,
          2,
        ),
      );
    const note = clockNote(ctx);
    if (note) console.log(note);
    if (views.length === 0)
      console.log("Nothing was spent yet, and no calendar of a dataset names a year.");
    for (const [year, account] of views) console.log(accountText(year, account));
  });
}

function periodOf(text: string): string {
  const period = Period.safeParse(text);
  if (!period.success)
    throw new Refused(
      "body-invalid",
      `a period is ${period.error.issues[0]?.message}, not ${text}`,
    );
  return period.data;
}

/** Years with an account that was published, or with a calendar in a dataset that is protected here. */
async function yearsOf(store: Store): Promise<string[]> {
  const years = new Set<string>();
  for await (const { sk } of store.query(publishedAccount.pk)) years.add(sk);
  for await (const { body } of store.query(version.pk)) {
    // one that is no longer in form has no calendar that counts
    const read = version.body.safeParse(body);
    if (read.success && readingOf(read.data.descriptor.policy.method).protects)
      for (const one of Object.keys(read.data.descriptor.policy.calendar)) years.add(yearOf(one));
  }
  return [...years].sort();
}

const BAR = 40;
const points = (value: number): string => numeral(value, 1, "en");
const row = ({ mu2, points: value, epsilon }: Spent): string[] => [
  mu2.toFixed(4),
  points(value),
  `${epsilon.toFixed(2)} at δ 1e-6`,
];

/** A year: releases, datasets, all together; the bar is the share of mu², which adds, and not of points, which do not. */
export function accountText(year: string, account: StoredAccount): string {
  const { ceiling, raises, fixed, corrections, entries } = account;
  const view = accountView(year, ceiling, entries);
  const table = new Table({
    head: [year, "releases", "mu²", "points", "ε"],
    style: { head: [], border: [] },
    colAligns: ["left", "right", "right", "right", "right"],
  });
  for (const { release, ...spent } of view.releases) table.push([release, "", ...row(spent)]);
  for (const { dataset, releases, ...spent } of view.datasets)
    table.push([`all of ${dataset}`, String(releases), ...row(spent)]);
  table.push(["all datasets of the node", String(view.releases.length), ...row(view.total)]);
  const full = Math.min(BAR, Math.round(BAR * view.share));
  return [
    table.toString(),
    `${"█".repeat(full)}${"·".repeat(BAR - full)}│ ${Math.round(100 * view.share)}% of the room: ${points(view.total.points)} of ${points(ceiling)} points. A release of ${points(view.room)} points would still fit.`,
    "The bar is the share of mu², which adds; points do not: 10 and 5 make 11.1.",
    ...raises.map(
      ({ points: to, reason, at }) => `Ceiling raised to ${points(to)} on ${dayOf(at)}: ${reason}`,
    ),
    ...fixed.map((one) => {
      const { dataset, period, advantage, days, at } = one;
      const when = isLate(one) ? `, once ${year} had begun, as in every first year` : "";
      const sum = statedOf(account, one)?.advantage ?? advantage;
      const all = sum === advantage ? "" : `; ${points(sum)} with its corrections`;
      return `${dataset} ${period} was fixed on ${dayOf(at)}${when}: ${points(advantage)} points, ${days.join(", ")}${all}.`;
    }),
    ...corrections.map(
      ({ dataset, period, points: by, reason, at }) =>
        `Correction of ${dataset} ${period} signed on ${dayOf(at)}, ${points(by)} points: ${reason}`,
    ),
  ].join("\n");
}

export async function correctCommand(
  dataset: string,
  text: string,
  options: AccountOptions & { points: string; because: string },
): Promise<void> {
  const ctx = await context(options.state);
  const { id } = memberOf(ctx, options.as);
  const period = periodOf(text);
  const terms = { dataset, period, points: Number(options.points), reason: options.because };
  await withStores(ctx, async (stores) => {
    const store = await stores.store(id);
    const now = ctx.clock();
    // the organisation's own key: the role that releases cannot let itself release more
    const signer = await keyOf(ctx.at, id, "member");
    const sign = (signed: CorrectionTerms) =>
      signCompact(signer, "tavolo-correction+jws", { v: 1, iss: id, iat: now, ...signed });
    const account = await correct(store, terms, sign, now);
    const { signer: release, log } = await releaseDeps(ctx.at, id, store, ctx.clock);
    await publishAccount({ member: id, store, signer: release }, yearOf(period), account, now);
    await log.append("correction", { dataset, period, points: terms.points }, now);
    console.log(accountText(yearOf(period), account));
    console.log(`Next: npx tavolo release ${dataset} --period ${period} --as ${id}`);
  });
}

export async function raiseCommand(
  text: string,
  options: AccountOptions & { reason: string },
): Promise<void> {
  const ctx = await context(options.state);
  const { id } = memberOf(ctx, options.as);
  if (options.period === undefined)
    throw new Refused(
      "body-invalid",
      "say whose ceiling: --period YEAR, a year that has not begun",
    );
  const wish = {
    year: yearOf(periodOf(options.period)),
    points: Number(text),
    reason: options.reason,
  };
  await withStores(ctx, async (stores) => {
    const store = await stores.store(id);
    const now = ctx.clock();
    // the organisation's own key: the role that releases cannot raise its own ceiling
    const signer = await keyOf(ctx.at, id, "member");
    const sign = (terms: RaiseTerms) =>
      signCompact(signer, "tavolo-raise+jws", { v: 1, iss: id, iat: now, ...terms });
    const account = await raise(store, wish, sign, now);
    const { signer: release, log } = await releaseDeps(ctx.at, id, store, ctx.clock);
    await publishAccount({ member: id, store, signer: release }, wish.year, account, now);
    await log.append("raise", { year: wish.year, points: wish.points }, now);
    console.log(accountText(wish.year, account));
  });
}
