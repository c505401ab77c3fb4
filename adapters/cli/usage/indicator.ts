/** What the commands about indicators and practice cards are told. */
import { type Command, Option } from "commander";
import { formatNames } from "../../../schemas/formats.ts";
import { load, run } from "../run.ts";

/** The commands of this file, with the options that all commands share. */
export function addIndicators(
  program: Command,
  { as, hub, lang, state }: Readonly<Record<"as" | "hub" | "lang" | "state", () => Option>>,
): void {
  program
    .command("indicators")
    .description(
      "what can be compared: the definitions that members proposed, and who accepted them",
    )
    .option("--theme <theme>", "common, frail-elderly, access, marginality, youth or working-poor")
    .option("--json", "as JSON")
    .addOption(lang())
    .addOption(hub())
    .addOption(state())
    .action((options) => run(load.compare, (module) => module.indicatorsCommand(options)));

  program
    .command("compare")
    .description(
      "an indicator, member beside member: figures with intervals, what they are read beside, which of them differ",
    )
    .argument("<indicator>", "its id, as in tavolo indicators")
    .addOption(as())
    .option("--members <ids>", "members, separated by commas; whoever has the data unless said")
    .option(
      "--periods <periods>",
      "2022, 2022-Q3, 2022-07, separated by commas; the latest unless said",
    )
    .option(
      "--peers <n>",
      "the n nearest on residents, ageing, density and low income, of those who have the data",
    )
    .option(
      "--within <code>",
      "of a national table: the places one level below IT, a region (two digits), a province (three), or a NUTS code",
    )
    .option(
      "--places <codes>",
      "of a national table: these places, all of one level, such as IT or 03,08",
    )
    .option("--by <dimension=codes>", "broken down, e.g. age=75-79,80-84")
    .option("--by-name", "rows in the order of names, not in the order asked")
    .addOption(new Option("--format <format>", "a table for other programs").choices(formatNames()))
    .option("--json", "the comparison as JSON: pairs, groups, trends and sentences too")
    .option("--save <file>", "keep the signed statements that it was formed from")
    .addOption(lang())
    .addOption(hub())
    .addOption(state())
    .action((indicator, options) =>
      run(load.compare, (module) => module.compareCommand(indicator, options)),
    );

  const indicator = program
    .command("indicator")
    .description(
      "read a definition, propose one, say which are accepted (docs/how-to/indicators.md)",
    );
  indicator
    .command("show")
    .description("one definition as JSON, and who proposed and accepts it; signatures are checked")
    .argument("<id>", "its last version; ID@2 for another")
    .addOption(hub())
    .addOption(state())
    .action((name, options) => run(load.indicator, (module) => module.showCommand(name, options)));
  indicator
    .command("propose")
    .description("propose a definition, or its next version")
    .argument("<file>", "the definition as JSON; - for standard input")
    .addOption(as())
    .addOption(hub())
    .addOption(state())
    .action((file, options) =>
      run(load.indicator, (module) => module.proposeCommand(file, options)),
    );
  indicator
    .command("accept")
    .description(
      "accept definitions; what was accepted before stays so, but for another version of the same",
    )
    .argument("<ids...>", "their last versions; ID@2 for another")
    .option("--drop", "the opposite: accept these no more")
    .addOption(as())
    .addOption(hub())
    .addOption(state())
    .action((names, options) =>
      run(load.indicator, (module) => module.acceptCommand(names, options)),
    );

  program
    .command("practices")
    .description(
      "practice cards: what a city did about a figure, and whom to write to; signatures are checked",
    )
    .option("--indicator <id>", "on this indicator")
    .option("--member <member>", "of this member")
    .option("--json", "as JSON, with what was signed")
    .addOption(lang())
    .addOption(hub())
    .addOption(state())
    .action((options) => run(load.indicator, (module) => module.practicesCommand(options)));
  program
    .command("practice")
    .description("a practice card of one's own")
    .command("publish")
    .description("hang a card on an indicator, or its next version")
    .argument("<file>", "the card as JSON; - for standard input")
    .addOption(as())
    .addOption(hub())
    .addOption(state())
    .action((file, options) =>
      run(load.indicator, (module) => module.publishCommand(file, options)),
    );
}
