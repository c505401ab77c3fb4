/** The command line. Each command is a file of commands/; this one only says what there is. */

import { Command, Option } from "commander";
import { fileFormats } from "../../schemas/file-format.ts";
import { CUBE_FORMATS, formatNames } from "../../schemas/formats.ts";
import { Language } from "../../schemas/words.ts";
import { load, run } from "./run.ts";
import { addAgreement } from "./usage/agreement.ts";
import { addIndicators } from "./usage/indicator.ts";
import { addIssuer } from "./usage/issuer.ts";
import { addJoining } from "./usage/joining.ts";
import { addPersons } from "./usage/persons.ts";

// unheard, SIGUSR1 opens Node's inspector, through which whoever is on this machine, the answering process too, runs code in here
process.on("SIGUSR1", () => {});

const program = new Command("tavolo")
  .description(
    "Cities compare their welfare services on each other's data, without handing it over.",
  )
  .version("0.1.0")
  .showHelpAfterError();

const list = (
  type: "conjunction" | "disjunction",
  formats: readonly { readonly title: string }[],
) => new Intl.ListFormat("en-GB", { type }).format(formats.map(({ title }) => title));
const kinds = Object.values(fileFormats);
const FILES = `${list("disjunction", kinds)}; ${list(
  "conjunction",
  kinds.filter(({ gzip }) => gzip),
)} may be gzipped`;
const state = () =>
  new Option("--state <folder>", "folder of the local state").default(
    undefined,
    ".tavolo, or TAVOLO_STATE",
  );
const as = () =>
  new Option("--as <member>", "the member that acts, e.g. IT-028060").default(
    undefined,
    "the only one of this state",
  );
const hub = () => new Option("--hub <url>", "another hub than the one running here");
const lang = () => new Option("--lang <language>", "it or en").choices(Language.options);

program.hook("preAction", async (_, command) => {
  const { state: folder, as: member } = command.opts<{ state?: string; as?: string }>();
  if (member === undefined && command.options.some(({ long }) => long === "--as"))
    command.setOptionValue("as", await (await load.context()).onlyMember(folder));
});

program
  .command("start")
  .description(
    "run the demonstration federation: a hub and ten nodes on 127.0.0.1 (PORT, default 8080, and the ports after it)",
  )
  .addOption(state())
  .option("--fresh", "begin again: forget the local state")
  .option("--once", "print the answered question and exit")
  .option("--at <date>", "set the local clock, to live through a calendar")
  .addOption(lang())
  .action((options) => run(load.start, (module) => module.startCommand(options)));

program
  .command("describe")
  .description(
    "look at a file and draft its descriptor: what was found on standard error, the draft on standard output",
  )
  .argument("<file>", FILES)
  .option("--out <file>", "write the draft there")
  .addOption(
    new Option("--kind <kind>", "whether rows are about persons; guessed unless said").choices([
      "records",
      "statistics",
    ]),
  )
  .option("--sheet <name>", "sheet of a workbook; the first one unless said")
  .action((file, options) => run(load.describe, (module) => module.describeCommand(file, options)));

program
  .command("ingest")
  .description(
    "read a file that a descriptor describes into the member's node: validate, generalise, pseudonymise, store",
  )
  .argument("<descriptor>", "descriptor (JSON)")
  .argument("<files...>", FILES)
  .addOption(as())
  .addOption(state())
  .action((descriptor, files, options) =>
    run(load.data, (module) => module.ingestCommand(descriptor, files, options)),
  );

program
  .command("release")
  .description(
    "make the release that is due: a protected cube of figures. Says first what the policy will do",
  )
  .argument("<dataset>")
  .addOption(as())
  .option("--period <period>", "2022, 2022-Q3 or 2022-07; the latest of the calendar unless said")
  .option("--dry-run", "only say what the policy will do: noise a field, loss, horizon")
  .addOption(state())
  .action((dataset, options) =>
    run(load.data, (module) => module.releaseCommand(dataset, options)),
  );

program
  .command("publish")
  .description(
    "take a public table in and release it, by the descriptor that it has: says first what changed, and asks. Held back until --at",
  )
  .argument("<dataset>")
  .argument("[file]", FILES)
  .addOption(as())
  .option("--period <period>", "period of reference: 2025, 2025-Q1 or 2025-01")
  .option("--at <instant>", "not before this time in Rome, e.g. 2026-03-02T10:00")
  .option("--revises <number>", "the release of the period that it replaces")
  .option("--because <text>", "why it is replaced, in Italian: a sentence that everybody will read")
  .option("--because-en <text>", "the same in English")
  .option(
    "--status <code>",
    "what its source says of all its figures: P provisional, E estimated …",
  )
  .option("--yes", "do not ask first")
  .option("--withdraw", "take back what is held back and announced; no file is read")
  .addOption(state())
  .action((dataset, file, options) =>
    run(load.publish, (module) => module.publishCommand(dataset, file, options)),
  );

program
  .command("query")
  .description("ask a question, or a sheet of questions, and show the signed answer")
  .argument("<file>", "question or sheet (JSON); - for standard input")
  .option("--as <member>", "who asks; the first member of the question unless said")
  .addOption(new Option("--format <format>").choices(["table", ...formatNames()]).default("table"))
  .option("--question <name>", "which question of a sheet, for formats that hold one table")
  .option("--save <file>", "keep the signed statements")
  .option(
    "--link",
    "have the hub keep the answer for 30 days (less where an agreement says so), and print its address: whoever has it reads the table, in any format",
  )
  .addOption(lang())
  .addOption(hub())
  .addOption(state())
  .action((file, options) => run(load.ask, (module) => module.queryCommand(file, options)));

addIndicators(program, { as, hub, lang, state });

program
  .command("unlink")
  .description("take a link back that query --link made")
  .argument("<link>")
  .addOption(as())
  .addOption(hub())
  .addOption(state())
  .action((link, options) => run(load.ask, (module) => module.unlinkCommand(link, options)));

program
  .command("verify")
  .description(
    "check every signature in a statement, offline; with the cube, recompute the figures too",
  )
  .argument("<file>", "what query --save wrote, or a signed statement; - for standard input")
  .option("--directory <file>", "directory of members (tavolo members --save FILE)")
  .option(
    "--hub-id <member>",
    "the hub that must have signed; the directory's operator unless said",
  )
  .option("--cube <file...>", "cubes of releases (Parquet)")
  .addOption(state())
  .action((file, options) => run(load.ask, (module) => module.verifyCommand(file, options)));

program
  .command("download")
  .description("take a whole release away, with its signed manifest")
  .argument("<release>", "member/dataset/period/number, as in tavolo datasets")
  .addOption(as())
  .requiredOption("--out <file>", "where to write the cube")
  .addOption(new Option("--format <format>").choices(CUBE_FORMATS).default(CUBE_FORMATS[0]))
  .option("--purpose <id>", "the purpose of the agreement under which it is taken")
  .addOption(hub())
  .addOption(state())
  .action((release, options) =>
    run(load.ask, (module) => module.downloadCommand(release, options)),
  );

addPersons(program, { state, as });

for (const [name, description, command] of [
  ["datasets", "what the members offer", "datasetsCommand"],
  ["agreements", "the register of agreements", "agreementsCommand"],
] as const)
  program
    .command(name)
    .description(description)
    .option("--json", "as JSON")
    .addOption(hub())
    .addOption(state())
    .action((options) => run(load.list, (module) => module[command](options)));

program
  .command("members")
  .description("who the members are, and with which keys")
  .option("--json", "as JSON")
  .option("--save <file>", "keep the signed directory, for verify")
  .addOption(hub())
  .addOption(state())
  .action((options) => run(load.list, (module) => module.membersCommand(options)));

const policy = program
  .command("policy")
  .description(
    "look at what a policy does before it is published, and report what it could give away",
  );
const tryable = (command: Command) =>
  command
    .argument("<dataset>")
    .addOption(as())
    .option("--descriptor <file>", "try this descriptor; that of the stored rows unless said")
    .option("--subjects <number>", "how many made subjects to draw; 5,000 unless said")
    .option("--totals <file>", "public totals by code that the draw goes by (JSON)")
    .option("--period <period>", "2022, 2022-Q3 or 2022-07; the latest of the calendar unless said")
    .addOption(lang())
    .addOption(state());

tryable(policy.command("preview"))
  .description(
    "what a policy does, beside its neighbours, on made data: noise, what is shown, who can be told apart, horizon, account",
  )
  .option(
    "--dimension <id>",
    "whose codes the picture compares; districts or cities, else the first, unless said",
  )
  .option("--within <dimension=code>", "of those with this code alone, e.g. age=75-84")
  .option("--svg <file>", "draw four policies side by side")
  .option(
    "--own-data",
    "add what clipping and the cap on codes drop of the stored rows. Choosing by it is a look at the data",
  )
  .action((dataset, options) =>
    run(load.policy, (module) => module.previewCommand(dataset, options)),
  );

tryable(policy.command("report"))
  .description(
    "one page in plain words on what an attacker could learn at the very most: signed, and written beside the release",
  )
  .option("--out <file>", "also write the page here (HTML in --lang; JSON where the name ends so)")
  .action((dataset, options) =>
    run(load.policy, (module) => module.reportCommand(dataset, options)),
  );

const account = program
  .command("account")
  .description("what the releases of a year spent, and what would still fit");
account
  .command("show", { isDefault: true })
  .description("releases, datasets and all together, as points and as (ε, δ)")
  .addOption(as())
  .option("--period <year>", "one year; all of them unless said")
  .option("--json", "as JSON")
  .addOption(state())
  .action((options) => run(load.account, (module) => module.accountCommand(options)));
account
  .command("raise")
  .description("raise a year's ceiling of 15 points, to 21 at most, before that year begins")
  .argument("<points>")
  .requiredOption("--reason <text>", "why, in a sentence that everybody will read")
  .addOption(as())
  .requiredOption("--period <year>", "the year, which has not begun")
  .addOption(state())
  .action((points, options) => run(load.account, (module) => module.raiseCommand(points, options)));
account
  .command("correct")
  .description(
    "sign for one more release of a period, off its calendar: everybody is told its reason and the sum that it makes",
  )
  .argument("<dataset>")
  .argument("<period>")
  .requiredOption("--points <points>", "what the release may spend, under the year's ceiling")
  .requiredOption("--because <text>", "why, in a sentence that everybody will read")
  .addOption(as())
  .addOption(state())
  .action((dataset, period, options) =>
    run(load.account, (module) => module.correctCommand(dataset, period, options)),
  );

const log = program
  .command("log")
  .description(
    "what happened, as it was recorded: nothing of it can be changed or taken out unseen",
  );
log
  .command("verify")
  .description(
    "check a log from outside: its signed head, every entry, that it begins as it did before, and receipts",
  )
  .option("--at <member>", "whose log: a member with a node, or hub", "hub")
  .option("--receipt <file...>", "what query --save wrote: its receipts must be in the log")
  .option("--since <file>", "a head that was kept; the one seen last from here unless said")
  .option("--save <file>", "keep the signed head there")
  .option("--directory <file>", "directory of members (tavolo members --save FILE)")
  .addOption(hub())
  .addOption(state())
  .action((options) => run(load.log, (module) => module.logVerifyCommand(options)));
log
  .command("show")
  .description("the latest entries of a log on this machine")
  .addOption(as())
  .option(
    "--private",
    "the private log of a node: ingests, withdrawals, failures; checks it against what releases committed to",
  )
  .option("--last <number>", "how many; 50 unless said")
  .option("--json", "as JSON")
  .addOption(state())
  .action((options) => run(load.log, (module) => module.logShowCommand(options)));

addJoining(program, { state, as });
addIssuer(program, state);
addAgreement(program, { state, as, hub, lang });

program
  .command("key")
  .description("a member's own key on this machine")
  .command("export")
  .description(
    "write the private key to a file, for a program that asks by itself (docs/how-to/use-the-client.md)",
  )
  .addOption(as())
  .requiredOption("--out <file>", "where to write the JWK; a file that is there is not touched")
  .addOption(state())
  .action((options) => run(load.key, (module) => module.keyExportCommand(options)));

program
  .command("signin")
  .description(
    "print the link that signs a browser in to the demonstration running here, as this member",
  )
  .addOption(as())
  .option("--owner", "to the member's own node, at its own address, instead of the hub")
  .addOption(state())
  .action((options) => run(load.key, (module) => module.signinCommand(options)));

await program.parseAsync();
