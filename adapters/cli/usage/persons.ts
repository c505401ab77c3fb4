/** What the owner's commands about persons are told. */
import { type Command, Option } from "commander";
import { Leave } from "../../../schemas/consent.ts";
import { load, run } from "../run.ts";

interface Options {
  readonly state: () => Option;
  readonly as: () => Option;
}

export function addPersons(program: Command, { state, as }: Options): void {
  const named = (command: Command) =>
    command
      .argument("<dataset>")
      .addOption(as())
      .option("--pseudonym <pseudonym...>", "by pseudonym, as a receipt says it")
      .option(
        "--epoch <number>",
        "epoch of these pseudonyms, as the receipt says it; today's unless said",
      )
      .option(
        "--identifiers",
        "by identifier, one person a line on standard input (never on the command line, where others could read it)",
      )
      .addOption(state());
  /** Where something is written about them. */
  const noted = (command: Command) =>
    named(command).option("--yes", "do not ask first whether the persons named are that many");
  const owned = (command: Command) =>
    command.argument("<dataset>").addOption(as()).addOption(state());

  noted(program.command("withdraw"))
    .description(
      "take persons out: their rows at once, and out of every release from the next date of the calendar on",
    )
    .addOption(
      new Option("--kind <kind>", "withdrawal of consent, or objection, unless said").choices(
        Leave.exclude(["erasure"]).options,
      ),
    )
    .option("--end", "the objection or restriction has ended: let them in again with the next file")
    .action((dataset, options) =>
      run(load.persons, (module) => module.withdrawCommand(dataset, options)),
    );
  noted(program.command("erase"))
    .description(
      "erase persons (GDPR, art. 17): rows, drafts, consents and receipts. The receipt names nobody",
    )
    .action((dataset, options) =>
      run(load.persons, (module) => module.eraseCommand(dataset, options)),
    );

  const consent = program
    .command("consent")
    .description("the register of consents of a dataset that rests on consent");
  noted(consent.command("give"))
    .description("take down that persons consent; each gets a signed receipt")
    .addOption(
      new Option("--consent <state>", "what they said")
        .choices(["given", "renewed", "refused", "requested", "invalidated"])
        .default("given"),
    )
    .option("--on <day>", "the day on which they said it; today unless said")
    .option("--until <day>", "the first day on which it stands no more, where that was agreed on")
    .option("--descriptor <file>", "descriptor of the dataset, before anything of it was ingested")
    .action((dataset, options) =>
      run(load.persons, (module) => module.giveCommand(dataset, options)),
    );
  named(consent.command("export"))
    .description(
      "consent records in the form of ISO/IEC TS 27560 (JSON-LD), with the receipts; of everybody unless some are named",
    )
    .option("--out <file>", "write them there, readable by you alone")
    .action((dataset, options) =>
      run(load.persons, (module) => module.exportCommand(dataset, options)),
    );

  const pseudonym = program.command("pseudonym").description("the key of a dataset's pseudonyms");
  owned(pseudonym.command("rotate"))
    .description("lay a new key over the former ones, without a stop: every pseudonym changes")
    .action((dataset, options) =>
      run(load.persons, (module) => module.rotateCommand(dataset, options)),
    );
  owned(pseudonym.command("destroy"))
    .description(
      "destroy the keys: what is left cannot be linked with anybody, and nobody can be found by identifier",
    )
    .option("--yes", "do it; it cannot be undone")
    .action((dataset, options) =>
      run(load.persons, (module) => module.destroyCommand(dataset, options)),
    );

  program
    .command("schedule")
    .description(
      "do once what a running node does by itself: what has run out goes, and releases that are due are made",
    )
    .addOption(as())
    .option("--json", "as JSON")
    .addOption(state())
    .action((options) => run(load.persons, (module) => module.scheduleCommand(options)));
}
