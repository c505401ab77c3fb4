/** Whether what a node publishes is what it accounts for. Pure: the hub looks, and says what it sees; it can forbid nothing. */
import type { Account, Manifest } from "../../schemas/release.ts";

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
  for (const { id, account: spent, fields, policy, number } of manifests) {
    const entry = account.entries.find(({ release }) => release === id);
    if (entry === undefined) {
      found.push(`${id} is published and not in the account`);
      continue;
    }
    if (Math.abs(entry.mu2 - (spent?.mu2 ?? 0)) > SAME) found.push(`${id} says that it spent another sum than the account`);
    const apart = fields.find(({ id: field, variance }) => {
      const charged = entry.fields.find((one) => one.id === field);
      return charged === undefined || Math.abs(charged.variance - variance) > SAME * Math.max(1, variance);
    });
    if (apart !== undefined) found.push(`${id}: the noise of ${apart.id} is not what was charged`);
    if (number > policy.releases) found.push(`${id} is one more than its calendar has`);
    if (spent !== undefined && spent.spent > accountTotal(account) + SAME)
      found.push(`${id} knew of more spending than the account has now`);
  }
  return found;
}

export const accountTotal = ({ entries }: Account): number => entries.reduce((sum, { mu2 }) => sum + mu2, 0);
