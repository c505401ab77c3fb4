/** Whether what a node publishes is what it accounts for: the hub looks, and says what it sees; it can forbid nothing. */
import { ifRefused } from "../../schemas/caught.ts";
import type { MemberKey } from "../../schemas/member.ts";
import {
  type Account,
  CEILING,
  CorrectionTerms,
  HIGHEST_CEILING,
  type Manifest,
  RaiseTerms,
} from "../../schemas/release.ts";
import { signed } from "../../schemas/words.ts";
import { rightAt } from "../disclosure/disclosure-risk.ts";
import { promisedMu2 } from "../disclosure/fixed-policy.ts";
import { muOfPoints, totalMu2 } from "../disclosure/gaussian-dp.ts";
import { verifyCompact } from "../signing/jws.ts";

/** mu² below this apart is the same: figures of two machines' arithmetic. */
const SAME = 1e-9;

/**
 * What does not fit between a year's releases and its account, a sentence each; none where all is well. Under method `none`
 * nothing is spent, but the release is in the account all the same.
 */
export function discrepancies(manifests: readonly Manifest[], account: Account): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  for (const entry of account.entries) {
    if (seen.has(entry.release)) found.push(`${entry.release} stands in the account twice`);
    seen.add(entry.release);
  }
  for (const {
    id,
    dataset,
    period,
    account: spent,
    fields,
    policy,
    number,
    horizon,
  } of manifests) {
    const entry = account.entries.find(({ release }) => release === id);
    if (entry === undefined) {
      found.push(`${id} is published and not in the account`);
      continue;
    }
    if (Math.abs(entry.mu2 - (spent?.mu2 ?? 0)) > SAME)
      found.push(`${id} says that it spent another sum than the account`);
    const apart = fields.find(({ id: field, variance }) => {
      const charged = entry.fields.find((one) => one.id === field);
      return (
        charged === undefined ||
        Math.abs(charged.variance - variance) > SAME * Math.max(1, variance)
      );
    });
    if (apart !== undefined) found.push(`${id}: the noise of ${apart.id} is not what was charged`);
    const spentSoFar = account.entries.filter(
      (one) => one.dataset === dataset && one.period === period && one.number <= number,
    );
    if (totalMu2(spentSoFar) > muOfPoints(policy.advantage ?? 0) ** 2 + SAME)
      found.push(`${id} promises ${policy.advantage ?? 0} points, and its period spent more`);
    const sofar = account.entries.slice(0, account.entries.indexOf(entry) + 1);
    const inYear = totalMu2(sofar.filter((one) => one.dataset === dataset));
    if (horizon !== undefined && rightAt(inYear) > (horizon.year ?? horizon.period))
      found.push(`${id} says less of its year than its dataset had spent in it`);
    if (number > policy.releases) found.push(`${id} is one more than its calendar has`);
    if (spent !== undefined && spent.spent > totalMu2(account.entries) + SAME)
      found.push(`${id} knew of more spending than the account has now`);
  }
  const most = (account.raises ?? []).reduce(
    (highest, { points }) => Math.max(highest, points),
    CEILING,
  );
  if (account.ceiling > Math.min(most, HIGHEST_CEILING))
    found.push(`a ceiling of ${account.ceiling} points that nobody raised it to`);
  if (totalMu2(account.entries) > muOfPoints(account.ceiling) ** 2 + SAME)
    found.push(`${account.year} spent more than its ceiling`);
  return [...found, ...unpromised(account)];
}

/** Periods whose releases spent more than was fixed for them and signed for besides, a sentence each. */
function unpromised({ v, entries, fixed = [], corrections = [] }: Account): string[] {
  // an account of before policies were fixed has none; its releases are held to what their manifests promise
  if (v === 1) return [];
  const spent = Map.groupBy(
    entries.filter(({ mu2 }) => mu2 > 0),
    ({ dataset, period }) => `${dataset} ${period}`,
  );
  const named = ({ dataset, period }: { dataset: string; period: string }) =>
    `${dataset} ${period}`;
  const twice = fixed.map(named).filter((name, at, all) => all.indexOf(name) < at);
  const over = [...spent].flatMap(([name, own]) => {
    const first = fixed.find((one) => named(one) === name);
    if (first === undefined) return [`${name} has releases, and nothing was fixed for it`];
    const promised = promisedMu2(
      first,
      corrections.filter((one) => named(one) === name),
    );
    return totalMu2(own) > promised + SAME
      ? [`${name} spent more than was fixed for it and signed for besides`]
      : [];
  });
  const other = fixed
    .filter(({ advantage, mu2 }) => Math.abs(muOfPoints(advantage) ** 2 - mu2) > SAME)
    .map((one) => `${named(one)} was fixed at another sum than its points`);
  return [...twice.map((name) => `${name} was fixed twice`), ...over, ...other];
}

/** What the organisation itself signed, at any time before. */
const byMember = (keys: readonly MemberKey[], now: number) =>
  ({ keys, use: "member", now, lasting: true }) as const;

/** Corrections that the organisation's own key did not sign in these words. A sentence each. */
export async function badCorrections(
  { iss, iat, corrections = [] }: Account,
  keys: readonly MemberKey[],
): Promise<string[]> {
  const said = await Promise.all(
    corrections.map(async ({ dataset, period, points, reason, jws }) => {
      const terms = await verifyCompact(
        jws,
        "tavolo-correction+jws",
        SignedCorrection,
        byMember(keys, iat),
      ).catch(ifRefused(undefined));
      const same =
        terms !== undefined &&
        terms.iss === iss &&
        terms.dataset === dataset &&
        terms.period === period &&
        terms.points === points &&
        terms.reason === reason;
      return same
        ? []
        : [`the correction of ${dataset} ${period} by ${points} points is not signed by ${iss}`];
    }),
  );
  const twice = corrections.filter(
    ({ jws }, at) => corrections.findIndex((one) => one.jws === jws) < at,
  );
  return [
    ...said.flat(),
    ...twice.map(({ dataset, period }) => `one correction of ${dataset} ${period} is used twice`),
  ];
}

const SignedTerms = RaiseTerms.extend(signed);
const SignedCorrection = CorrectionTerms.extend(signed);

/**
 * Raises of a ceiling that the organisation's own key did not sign in these words, before the year began: the role that makes
 * releases keeps the account, and must not be able to raise what it may spend. A sentence each.
 */
export async function badRaises(
  { iss, iat, year, raises = [] }: Account,
  keys: readonly MemberKey[],
): Promise<string[]> {
  const said = await Promise.all(
    raises.map(async ({ points, reason, jws }) => {
      const terms = await verifyCompact(
        jws,
        "tavolo-raise+jws",
        SignedTerms,
        byMember(keys, iat),
      ).catch(ifRefused(undefined));
      const same =
        terms !== undefined &&
        terms.iss === iss &&
        terms.year === year &&
        terms.points === points &&
        terms.reason === reason;
      if (!same) return `the raise to ${points} points is not signed by ${iss}`;
      return terms.iat * 1000 >= Date.parse(`${year}-01-01T00:00:00Z`)
        ? `the raise to ${points} points was made when ${year} had begun`
        : [];
    }),
  );
  return said.flat();
}
