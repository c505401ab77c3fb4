/** `tavolo agreement`: proposed, read, signed, suspended, resumed and revoked by its parties. Each command reads what is signed, not what a hub says of it. */
import type { Command, Option } from "commander";
import { awaitedBy } from "../../../functions/agreements/agreement-state.ts";
import { checkPins, signAgreement, signEvent } from "../../../functions/agreements/agreements.ts";
import { STATES } from "../../../functions/agreements/wording.ts";
import type { AgreementEvent } from "../../../schemas/agreement.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { offeredBy, tellBoth } from "../../local/agreeing.ts";
import { keyOf } from "../../local/members.ts";
import { describe, entryIn, open, report, type Shared } from "./agreement-desk.ts";
import { proposeCommand, termsCommand } from "./agreement-propose.ts";
import { listCommand, showCommand } from "./agreement-show.ts";
import { run } from "./context.ts";

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

type Options = Readonly<Record<"state" | "as" | "hub" | "lang", () => Option>>;

export function addAgreement(program: Command, { state, as, hub, lang }: Options): void {
  const agreement = program
    .command("agreement")
    .description("agree with a provider on its data: propose, read, sign, suspend, resume, revoke");
  const shared = (command: Command) =>
    command.addOption(as()).addOption(hub()).addOption(lang()).addOption(state());
  shared(agreement.command("propose"))
    .description("propose terms to a provider; says first, in plain words, what they mean")
    .argument("<provider>", "whose data, e.g. IT-028060")
    .argument("<dataset>", "as in tavolo datasets")
    .option("--purpose <id>", "what for; comparison between municipalities unless said")
    .option(
      "--terms <file>",
      "terms that are not as usual (JSON; tavolo agreement terms prints the usual ones)",
    )
    .option("--calls <number>", "questions and downloads a day")
    .option("--until <date>", "last day; three years from now unless said")
    .option("--dry-run", "only say what the terms mean")
    .action((provider, dataset, options) => run(() => proposeCommand(provider, dataset, options)));
  shared(agreement.command("list", { isDefault: true }))
    .description(
      "agreements of a member, and which of them wait for its signature; all of them where nobody is named",
    )
    .option("--json", "as JSON")
    .action((options) => run(() => listCommand(options)));
  shared(agreement.command("show"))
    .description(
      "an agreement in plain words: what the consumer will see and not see, why, and for how long",
    )
    .argument("<agreement>", "consumer/provider/dataset/number")
    .option("--pdnd", "the answers of PDND's risk analysis, as JSON")
    .option("--json", "the signed agreement with its events, as JSON")
    .action((id, options) => run(() => showCommand(id, options)));
  shared(agreement.command("sign"))
    .description("sign an agreement that the other party proposed, once you have read it")
    .argument("<agreement>", "consumer/provider/dataset/number")
    .action((id, options) => run(() => signCommand(id, options)));
  for (const [what, description] of [
    [
      "suspend",
      "nothing more is answered under it, from the next question on, until you resume it",
    ],
    ["resume", "take back your own suspension"],
    ["revoke", "end it for good; a proposal is refused, or taken back, in the same way"],
  ] as const)
    shared(agreement.command(what))
      .description(description)
      .argument("<agreement>", "consumer/provider/dataset/number")
      .option("--reason <text>", "why, in a sentence that everybody may read")
      .action((id, options) => run(() => sayCommand(what, id, options)));
  shared(agreement.command("tell"))
    .description("tell hub and node again, where one of them could not be told")
    .argument("<agreement>", "consumer/provider/dataset/number")
    .action((id, options) => run(() => tellCommand(id, options)));
  agreement
    .command("terms")
    .description("print the usual terms, as a file to start from")
    .addOption(state())
    .action((options) => run(() => termsCommand(options)));
}
