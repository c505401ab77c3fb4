/** Which releases the calendar wants made now. Public facts alone: rows, and who left them, have no say in it. */

import { version } from "../../schemas/items/keep.ts";
import type { Store } from "../../schemas/ports.ts";
import type { ReleaseJob } from "../../schemas/release.ts";
import { calendarOf, published } from "../account/standing.ts";
import { notDue } from "../disclosure/calendar.ts";
import { policyFor } from "../disclosure/fixed-policy.ts";
import { readingOf } from "../disclosure/methods/reading.ts";
import { queryItems } from "../store/stored.ts";
import { keepsBack, plannedOf } from "./planned.ts";
import { isOfAnother } from "./rows.ts";

/**
 * Each release whose day has come and which is not out; one a period, the earliest. Not the very first one of a dataset: that is for
 * its owner to make, who has looked at what the policy does. After it the calendar is kept without anybody. A further release of a
 * public table is a revision, and needs its reason.
 */
export async function due(store: Store, now: number): Promise<ReleaseJob[]> {
  const jobs: ReleaseJob[] = [];
  for await (const { sk: dataset, body } of queryItems(store, version, {})) {
    // what is held back has an instant of its own
    if (keepsBack(await plannedOf(store, dataset), body.digest)) continue;
    const { policy } = body.descriptor;
    const out = new Map<string, number>();
    for (const period of Object.keys(policy.calendar))
      out.set(period, await published(store, dataset, period));
    if (![...out.values()].some((number) => number > 0)) continue;
    const { protects } = readingOf(policy.method);
    for (const [period, number] of out) {
      if ((number > 0 && !protects) || isOfAnother(body.descriptor, period)) continue;
      const days = await calendarOf(store, body.descriptor, period, now);
      const { closed } = policyFor(policy, period);
      if (notDue(days, number + 1, closed, now) === undefined) jobs.push({ dataset, period });
    }
  }
  return jobs;
}
