/** `tavolo agreement`: signed, suspended, resumed and revoked by its parties. Each command reads what is signed, not what a hub says of it. */
import { awaitedBy } from "../../../functions/agreements/agreement-state.ts";
import { checkPins, signAgreement, signEvent } from "../../../functions/agreements/agreements.ts";
import { STATES } from "../../../functions/agreements/code-labels.ts";
import type { AgreementEvent } from "../../../schemas/agreement.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { offeredBy, tellBoth } from "../../local/agreeing.ts";
import { keyOf } from "../../local/members.ts";
import { describe, entryIn, open, report, type Shared } from "./agreement-desk.ts";

export async function signCommand(id: string, options: Shared): Promise<void> {
  const { ctx, member, hub, entries, now, bundle, checked, node } = await open(id, options);
  const { agreement, signed, state } = checked;
  if (state !== "proposed") throw new Refused("agreement-state", `${id} is ${STATES[state].en}`);
  if (signed.includes(member.id))
    throw new Refused(
      "agreement-state",
      `${member.id} has signed it; it waits for ${awaitedBy({ agreement, signed }).join(", ")}`,
    );
  for (const party of [agreement.consumer, agreement.provider])
    checkPins(agreement, entryIn(entries, party.id), now);
  const { offered } = await offeredBy(hub, agreement.provider.id, agreement.dataset);
  describe(agreement, options, { offered, entries });
  const both = await signAgreement(await keyOf(ctx.at, member.id, "member"), bundle.agreement);
  console.log(`\n${member.id} has signed ${id}.`);
  report(await tellBoth(hub, node, { ...bundle, agreement: both }), id);
}

export interface SayOptions extends Shared {
  readonly reason?: string;
}

export async function sayCommand(
  what: AgreementEvent["what"],
  id: string,
  options: SayOptions,
): Promise<void> {
  const { ctx, member, hub, now, bundle, checked, node } = await open(id, options);
  if (checked.state === "revoked" || checked.state === "expired")
    throw new Refused("agreement-state", `${id} is ${STATES[checked.state].en}: that is final`);
  const key = await keyOf(ctx.at, member.id, "member");
  const event = await signEvent(key, bundle, { by: member.id, what, reason: options.reason }, now);
  const said = {
    suspend: "suspends",
    resume: "resumes",
    revoke: checked.state === "proposed" ? "refuses" : "revokes",
  }[what];
  console.log(`${member.id} ${said} ${id}.`);
  report(await tellBoth(hub, node, { ...bundle, events: [...bundle.events, event] }), id);
}

/** Says again what was signed, to whoever did not hear it. */
export async function tellCommand(id: string, options: Shared): Promise<void> {
  const { hub, node, bundle } = await open(id, options);
  report(await tellBoth(hub, node, bundle), id);
}
