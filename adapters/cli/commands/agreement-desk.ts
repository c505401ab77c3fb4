/** What every `tavolo agreement` command stands on: who acts, the directory as this machine trusts it, and words for what is signed. */

import { STATES } from "../../../functions/agreements/code-labels.ts";
import { describeAgreement } from "../../../functions/agreements/describe.ts";
import { readDirectory } from "../../../functions/members/directory-file.ts";
import type { Agreement } from "../../../schemas/agreement.ts";
import type { Offered } from "../../../schemas/catalogue.ts";
import type { DirectoryEntry } from "../../../schemas/member.ts";
import { Refused } from "../../../schemas/refusal.ts";
import {
  agreementAt,
  type Bundle,
  type Checked,
  check,
  ownCopy,
  type Told,
  withOwn,
} from "../../local/agreeing.ts";
import { followDirectory, knownHere } from "../../local/directory.ts";
import type { LocalMember } from "../../local/state.ts";
import { type Context, context, language, memberOf, withStores } from "./context.ts";
import { hubUrl } from "./list.ts";

export interface Shared {
  readonly as?: string;
  readonly state?: string;
  readonly hub?: string;
  readonly lang?: string;
}

export interface AgreementContext {
  readonly ctx: Context;
  readonly member: LocalMember;
  readonly hub: string;
  readonly entries: readonly DirectoryEntry[];
  readonly now: number;
}

export async function agreementContext(options: Shared): Promise<AgreementContext> {
  const ctx = await context(options.state);
  const member = memberOf(ctx, options.as);
  const hub = await hubUrl(ctx, options.hub);
  const { entries } = await followDirectory(ctx.at, hub);
  return { ctx, member, hub, entries, now: ctx.clock() };
}

export function entryIn(entries: readonly DirectoryEntry[], id: string): DirectoryEntry {
  const entry = entries.find((one) => one.id === id && one.left === undefined);
  if (entry === undefined)
    throw new Refused("unknown-member", `${id} is no member here: npx tavolo members`);
  return entry;
}

interface Opened extends AgreementContext {
  readonly bundle: Bundle;
  readonly checked: Checked;
  /** Where the provider's node answers. */
  readonly node: string | undefined;
}

/**
 * An agreement of which the acting member is a party, whole and checked. A provider can speak to its own node even where no hub
 * answers, and a hub that keeps something back keeps it from nobody who said it.
 */
export async function open(id: string, options: Shared): Promise<Opened> {
  const ctx = await context(options.state);
  const member = memberOf(ctx, options.as);
  const hub = await hubUrl(ctx, options.hub);
  const now = ctx.clock();
  const own = member.node
    ? await withStores(ctx, async (stores) => ownCopy(await stores.store(member.id), id))
    : undefined;
  const isDown = (error: unknown) => error instanceof Refused && error.reason === "unreachable";
  const entries = await followDirectory(ctx.at, hub).then(
    (followed) => followed.entries,
    async (error: unknown) => {
      if (own === undefined || !isDown(error)) throw error;
      return readDirectory(await knownHere(ctx.at));
    },
  );
  const held = await agreementAt(hub, id).catch((error: unknown) => {
    if (own === undefined || !isDown(error)) throw error;
    return own;
  });
  const bundle = withOwn(own, held);
  const checked = await check(bundle, entries, now);
  const { consumer, provider } = checked.agreement;
  if (![consumer.id, provider.id].includes(member.id))
    throw new Refused("agreement-state", `${member.id} is no party of ${id}`);
  return {
    ctx,
    member,
    hub,
    entries,
    now,
    bundle,
    checked,
    node: entries.find((one) => one.id === provider.id)?.url,
  };
}

interface Seen {
  readonly offered?: Offered | undefined;
  readonly entries: readonly DirectoryEntry[];
}

/** Prints an agreement in plain words. */
export function describe(agreement: Agreement, options: Shared, { offered, entries }: Seen): void {
  const names = new Map(entries.map(({ id, name }) => [id, name]));
  const { title, parts } = describeAgreement(agreement, language(options.lang), { offered, names });
  console.log(
    [
      title,
      ...parts.flatMap(({ heading, lines }) => ["", heading, ...lines.map((line) => `  ${line}`)]),
    ].join("\n"),
  );
}

/** Says whom it was told, and what now where somebody could not be. Throws `Refused` where nobody was. */
export function report(told: readonly Told[], id: string): void {
  const missed = told.flatMap(({ where, refused }) => (refused ? [{ where, refused }] : []));
  const [first] = missed;
  if (first !== undefined && missed.length === told.length) throw first.refused;
  for (const { where, state } of told)
    if (state !== undefined) console.log(`Told ${where}: ${STATES[state].en}.`);
  for (const { where, refused } of missed) {
    const detail = refused.hint.detail === undefined ? "" : `: ${refused.hint.detail}`;
    console.log(
      `Not told: ${where} (${refused.reason}${detail}). Later: npx tavolo agreement tell ${id}`,
    );
  }
  if (missed.length > 0) process.exitCode = 1;
}
