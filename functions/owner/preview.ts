/** Four policies side by side for the owner to look at: on made subjects, so that choosing one is not a look at the data. */
import { found } from "../../schemas/found.ts";
import type { OwnPolicy, OwnPreview } from "../../schemas/owner.ts";
import { yearOf } from "../../schemas/period.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { readAccount } from "../account/account.ts";
import { spentByOthers } from "../account/view.ts";
import { latestPeriod } from "../disclosure/calendar.ts";
import { accept } from "../disclosure/descriptor-rules.ts";
import { readingOf } from "../disclosure/methods/reading.ts";
import { planRelease } from "../disclosure/release-plan.ts";
import { neighbours } from "../policy/alternatives.ts";
import { focusOf } from "../policy/focus.ts";
import { fourOf } from "../policy/picture.ts";
import { preview } from "../policy/preview.ts";
import { SUBJECTS, standIn } from "../policy/synthetic-data.ts";
import { holdingsOf } from "./holdings.ts";

/** Throws `Refused` no-version, unknown-period, descriptor-invalid where nothing is protected. */
export async function policiesOf(
  store: Store,
  dataset: string,
  wanted: string | undefined,
): Promise<OwnPreview> {
  const kept = (await holdingsOf(store)).kept.find(({ descriptor }) => descriptor.id === dataset);
  if (kept === undefined) throw new Refused("no-version", `nothing of ${dataset} is stored here`);
  const descriptor = accept(kept.descriptor);
  if (!readingOf(descriptor.policy.method).protects)
    throw new Refused(
      "descriptor-invalid",
      "published as it is: nothing is added, and nothing is protected",
    );
  const period = wanted ?? latestPeriod(descriptor.policy.calendar) ?? "";
  const plan = planRelease(descriptor, period);
  const account = await readAccount(store, yearOf(period));
  const others = { spent: spentByOthers(account.entries, dataset), ceiling: account.ceiling };
  const people = standIn(descriptor, { subjects: SUBJECTS, codes: {} });
  const choice = focusOf(plan);
  const shown = neighbours(plan.descriptor, choice).map((neighbour) => ({
    neighbour,
    preview: preview(planRelease(neighbour.descriptor, period), people, others, choice),
  }));
  const four = fourOf(shown);
  const { field, axis } = found(four[0]).preview.focus;
  return {
    ...{
      v: 1,
      dataset,
      title: descriptor.title,
      period,
      subjects: people.subjects.length,
      made: true,
    },
    ...(descriptor.subject === undefined ? {} : { unit: descriptor.subject.unit }),
    focus: {
      title: field.title,
      unit: field.unit,
      ...(axis.title.it === "" ? {} : { axis: axis.title }),
    },
    policies: four.map(policyOf),
  };
}

function policyOf({
  neighbour,
  preview: { advantage, fields, sums: ofSums, focus, orders, reach, fit },
}: ReturnType<typeof fourOf>[number]): OwnPolicy {
  const drawn = fields.filter(({ id }) => id === focus.field.id);
  const sums = fields.filter(({ kind }) => kind === "sum");
  return {
    ...{ key: neighbour.key, title: neighbour.title, note: neighbour.note, advantage },
    codes: focus.codes.map((code) => ({ ...code })),
    pairs: { apart: focus.apart.length, all: focus.pairs },
    orders: orders.map(({ order, figures, points, intervals, withheld }) => ({
      ...{ order, figures, points, intervals, withheld },
    })),
    ...(ofSums ? { sums: ofSums } : {}),
    margins: [...drawn, ...sums].map(({ title, unit, margin }) => ({ title, unit, margin })),
    reach: { period: reach.period, fiveYears: reach.fiveYears },
    fit: { points: fit.points, fits: fit.fits, room: fit.room, ceiling: fit.ceiling },
  };
}
