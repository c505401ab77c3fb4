/**
 * The promise of a period holds whatever its owner does: no manifest states less than what its dataset truly spent, and no
 * period spends more than was fixed for it and signed for besides.
 */
import { expect, test } from "vitest";
import { discrepancies } from "../../functions/catalogue/audit.ts";
import { muOfPoints } from "../../functions/disclosure/gaussian-dp.ts";
import { ingest } from "../../functions/keep/ingest/ingest.ts";
import { release } from "../../functions/release/release.ts";
import { peek } from "../../functions/signing/jws.ts";
import { getItem } from "../../functions/store/stored.ts";
import { publishedAccount } from "../../schemas/items/release.ts";
import { Refused } from "../../schemas/refusal.ts";
import { Account } from "../../schemas/release.ts";
import { node } from "../world/promise.ts";

const PERIOD = "2023";
const dayOfMonth = (month: number, day = 15) => Date.UTC(2024, month, day, 12) / 1000;

test("five releases of one period, each with a date added and at 5 points, are not to be had", async () => {
  const { keep, releasing, jobOf, at } = await node();
  const days: string[] = [];
  const outcomes: string[] = [];
  for (const month of [1, 2, 3, 4, 5]) {
    at.now = dayOfMonth(month);
    days.push(`2024-0${month + 1}-01`);
    const calendar = { [PERIOD]: [...days] };
    const advantage = month === 1 ? 10 : 5;
    try {
      await ingest(keep, jobOf({ method: "lattice", advantage, calendar }));
      const { policy, horizon } = await release(releasing, {
        dataset: "prestazioni",
        period: PERIOD,
      });
      outcomes.push(`${policy.advantage} points, ${horizon?.period}`);
    } catch (error) {
      outcomes.push(error instanceof Refused ? error.reason : String(error));
    }
  }
  expect(outcomes).toEqual(["10 points, 60", ...Array(4).fill("policy-fixed")]);
  const item = await getItem(releasing.store, publishedAccount, { year: PERIOD });
  const account = peek(item?.body.jws ?? "", Account);
  const spent = account.entries.reduce((sum, { mu2 }) => sum + mu2, 0);
  expect(spent).toBeLessThanOrEqual(muOfPoints(10) ** 2 + 1e-12);
  expect(discrepancies([], account)).toEqual([]);
});
