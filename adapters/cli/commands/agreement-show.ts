/** `tavolo agreement show` and `list`: for anybody, party or not. */

import { awaitedBy } from "../../../functions/agreements/agreement-state.ts";
import { STATES } from "../../../functions/agreements/code-labels.ts";
import { pdndAnswers } from "../../../functions/agreements/pdnd.ts";
import { peek } from "../../../functions/signing/jws.ts";
import { AgreementEvent } from "../../../schemas/agreement.ts";
import { ifRefused } from "../../../schemas/caught.ts";
import { agreementAt, check, offeredBy, registerAt } from "../../local/agreeing.ts";
import { followDirectory } from "../../local/directory.ts";
import { describe, type Shared } from "./agreement-desk.ts";
import { context, language } from "./context.ts";
import { hubUrl, registerTable } from "./list.ts";

export interface ShowOptions extends Shared {
  readonly json?: boolean;
  readonly pdnd?: boolean;
}

/** Anybody may read one: the acting member need be no party. */
export async function showCommand(id: string, options: ShowOptions): Promise<void> {
  const ctx = await context(options.state);
  const hub = await hubUrl(ctx, options.hub);
  const [{ entries }, bundle] = [await followDirectory(ctx.at, hub), await agreementAt(hub, id)];
  const { agreement, signed, state, unsigned } = await check(bundle, entries, ctx.clock());
  if (options.json) return void console.log(JSON.stringify({ v: 1, ...bundle, state }, null, 2));
  if (options.pdnd) return void console.log(JSON.stringify(pdndAnswers(agreement), null, 2));
  const { offered } = await offeredBy(hub, agreement.provider.id, agreement.dataset).catch(
    ifRefused({ offered: undefined }),
  );
  describe(agreement, options, { offered, entries });
  const spoken = language(options.lang);
  const waits = awaitedBy({ agreement, signed });
  console.log(
    `\n${spoken === "it" ? "Stato" : "State"}: ${STATES[state][spoken]}${state === "proposed" ? ` (${waits.join(", ")})` : ""}`,
  );
  for (const event of bundle.events
    .map((jws) => peek(jws, AgreementEvent))
    .sort((a, b) => a.iat - b.iat))
    console.log(
      `  ${new Date(event.iat * 1000).toISOString().slice(0, 16).replace("T", " ")}  ${event.iss}: ${event.what}${event.reason ? `, "${event.reason}"` : ""}`,
    );
  for (const party of [agreement.consumer, agreement.provider])
    console.log(
      `  ${party.id} ${signed.includes(party.id) ? "signed with" : "pins"} ${party.keys.map(({ kid }) => kid).join(", ")}`,
    );
  if (unsigned > 0) console.log(`  ${unsigned} event(s) that no party signed count for nothing.`);
}

export async function listCommand(options: Shared & { readonly json?: boolean }): Promise<void> {
  const ctx = await context(options.state);
  const { agreements } = await registerAt(await hubUrl(ctx, options.hub));
  const member = options.as;
  const own =
    member === undefined
      ? agreements
      : agreements.filter(({ consumer, provider }) => [consumer, provider].includes(member));
  if (options.json) return void console.log(JSON.stringify({ v: 1, agreements: own }, null, 2));
  console.log(registerTable(own));
  for (const { id } of own.filter(
    ({ state, awaits }) => state === "proposed" && awaits.includes(options.as ?? ""),
  ))
    console.log(
      `${options.as} is asked to sign: npx tavolo agreement show ${id}; then sign, or revoke to refuse.`,
    );
}
