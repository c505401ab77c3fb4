/** What `tavolo agreement` is told. */
import type { Command, Option } from "commander";
import { load, run } from "../run.ts";

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
    .action((provider, dataset, options) =>
      run(load.agreementPropose, (module) => module.proposeCommand(provider, dataset, options)),
    );
  shared(agreement.command("list", { isDefault: true }))
    .description(
      "agreements of a member, and which of them wait for its signature; all of them where nobody is named",
    )
    .option("--json", "as JSON")
    .action((options) => run(load.agreementShow, (module) => module.listCommand(options)));
  shared(agreement.command("show"))
    .description(
      "an agreement in plain words: what the consumer will see and not see, why, and for how long",
    )
    .argument("<agreement>", "consumer/provider/dataset/number")
    .option("--pdnd", "the answers of PDND's risk analysis, as JSON")
    .option("--json", "the signed agreement with its events, as JSON")
    .action((id, options) => run(load.agreementShow, (module) => module.showCommand(id, options)));
  shared(agreement.command("sign"))
    .description("sign an agreement that the other party proposed, once you have read it")
    .argument("<agreement>", "consumer/provider/dataset/number")
    .action((id, options) => run(load.agreement, (module) => module.signCommand(id, options)));
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
      .action((id, options) =>
        run(load.agreement, (module) => module.sayCommand(what, id, options)),
      );
  shared(agreement.command("tell"))
    .description("tell hub and node again, where one of them could not be told")
    .argument("<agreement>", "consumer/provider/dataset/number")
    .action((id, options) => run(load.agreement, (module) => module.tellCommand(id, options)));
  agreement
    .command("terms")
    .description("print the usual terms, as a file to start from")
    .addOption(state())
    .action((options) => run(load.agreementPropose, (module) => module.termsCommand(options)));
}
