/** Members propose indicators and say which they accept; offices hang practice cards on them. What is kept is what they signed. */
import Table from "cli-table3";
import { type Command, Option } from "commander";
import type * as z from "zod";
import { TABLE_FORMATS } from "../../../functions/formats/write.ts";
import { digestOf, inUse } from "../../../functions/indicators/registry.ts";
import { Indicator, type IndicatorList } from "../../../schemas/indicator.ts";
import { Practice } from "../../../schemas/practice.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { visible } from "../print-comparison.ts";
import { clientOf } from "./ask.ts";
import { compareCommand, indicatorsCommand, reader } from "./compare.ts";
import { context, language, memberOf, readJson, run } from "./context.ts";

interface Options {
  readonly as: string;
  readonly hub?: string;
  readonly state?: string;
  readonly lang?: string;
  readonly json?: boolean;
}
type Listed = IndicatorList["indicators"][number];

const Card = Practice.omit({ v: true, iss: true, iat: true });

/** JSON in a file, in the form that it should have. Throws `Refused` body-invalid with every fault and its place. */
async function formed<T>(file: string, schema: z.ZodType<T>, page: string): Promise<T> {
  const read = schema.safeParse(await readJson(file));
  if (read.success) return read.data;
  const errors = read.error.issues.map(({ path, message }) => ({
    pointer: `/${path.join("/")}`,
    detail: message,
  }));
  throw new Refused("body-invalid", { detail: `${file} is not in the form of ${page}`, errors });
}

/** `home-care-coverage` is its last version, `home-care-coverage@1` that one. */
function found(all: readonly Listed[], name: string): Listed {
  const [id, version] = name.split("@");
  const of = all.filter(
    ({ definition }) =>
      definition.id === id && (version === undefined || String(definition.version) === version),
  );
  const one = of.at(-1);
  if (one === undefined)
    throw new Refused("not-found", `there is no indicator ${name}; tavolo indicators lists them`);
  return one;
}

export async function showCommand(name: string, options: Options): Promise<void> {
  const ctx = await context(options.state);
  const one = found(await (await reader(ctx, options.hub)).indicators(), name);
  console.log(JSON.stringify(one.definition, null, 2));
  console.error(
    `proposed by ${one.proposedBy}; accepted by ${one.acceptedBy.join(", ") || "nobody yet"}; digest ${one.digest}`,
  );
}

export async function proposeCommand(file: string, options: Options): Promise<void> {
  const ctx = await context(options.state);
  const definition = await formed(file, Indicator, "docs/how-to/indicators.md");
  const client = await clientOf(ctx, options.as, options.hub);
  await client.propose(definition);
  console.log(
    `${definition.id} version ${definition.version} is proposed by ${options.as}: digest ${digestOf(definition)}.`,
  );
  console.log(`Whoever agrees:  npx tavolo indicator accept ${definition.id} --as MEMBER`);
}

/** What was accepted before stays accepted, but for another version of the same. */
export async function acceptCommand(
  names: readonly string[],
  options: Options & { readonly drop?: boolean },
): Promise<void> {
  const ctx = await context(options.state);
  const self = memberOf(ctx, options.as).id;
  const client = await clientOf(ctx, self, options.hub);
  const all = await client.indicators();
  const chosen = names.map((name) => found(all, name));
  const ids = new Set(chosen.map(({ definition }) => definition.id));
  const kept = all.filter(
    ({ definition, acceptedBy }) => acceptedBy.includes(self) && !ids.has(definition.id),
  );
  const accepted = options.drop ? kept : [...kept, ...chosen];
  await client.accept(accepted.map(({ definition }) => definition));
  for (const { definition } of chosen)
    console.log(
      `${definition.id} version ${definition.version}: ${options.drop ? "not accepted any more" : "accepted"} by ${self}`,
    );
  console.log(`${accepted.length} in all.`);
}

export async function publishCommand(file: string, options: Options): Promise<void> {
  const ctx = await context(options.state);
  const card = await formed(file, Card, "docs/how-to/indicators.md");
  const client = await clientOf(ctx, options.as, options.hub);
  if (!inUse({ indicators: await client.indicators() }).some(({ id }) => id === card.indicator))
    throw new Refused(
      "not-found",
      `there is no indicator ${card.indicator} to hang a card on; tavolo indicators lists them`,
    );
  await client.publish(card);
  console.log(
    `${card.id} version ${card.version} hangs on ${card.indicator}, signed by ${options.as}.`,
  );
}

const HEADS = {
  it: {
    done: "Che cosa",
    regulation: "Regola",
    cost: "Costo",
    context: "Contesto",
    role: "A chi scrivere",
  },
  en: {
    done: "What was done",
    regulation: "Regulation",
    cost: "Cost",
    context: "Context",
    role: "Whom to write to",
  },
} as const;

export async function practicesCommand(
  options: Options & { readonly indicator?: string; readonly member?: string },
): Promise<void> {
  const ctx = await context(options.state);
  const { indicator, member } = options;
  const client = await reader(ctx, options.hub);
  const cards = await client.practices({
    ...(indicator ? { indicator } : {}),
    ...(member ? { member } : {}),
  });
  if (options.json) return void console.log(JSON.stringify(cards, null, 2));
  const lang = language(options.lang);
  if (cards.length === 0)
    return void console.log(lang === "it" ? "Non ci sono schede." : "There are no cards.");
  const names = new Map((await client.members()).map(({ id, name }) => [id, name[lang]]));
  for (const card of cards) {
    const table = new Table({
      style: { head: [], border: [] },
      wordWrap: true,
      colWidths: [18, 78],
    });
    const head = `${names.get(card.member) ?? card.member} · ${card.indicator} · v${card.version}`;
    table.push([
      {
        colSpan: 2,
        content: `${card.title[lang]}\n${head}${card.origin === "made" ? (lang === "it" ? " · inventata" : " · made") : ""}`,
      },
    ]);
    for (const part of ["done", "regulation", "cost", "context"] as const)
      table.push([HEADS[lang][part], card[part][lang]]);
    table.push([HEADS[lang].role, `${card.role[lang]} <${card.address}>`]);
    console.log(visible(table.toString()));
  }
}

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
    .action((options) => run(() => indicatorsCommand(options)));

  program
    .command("compare")
    .description(
      "an indicator, member beside member: figures with intervals, what they are read beside, which of them differ",
    )
    .argument("<indicator>", "its id, as in tavolo indicators")
    .addOption(as())
    .option("--members <ids>", "members, separated by commas; whoever has the data unless said")
    .option("--periods <years>", "years, separated by commas; the latest unless said")
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
    .addOption(
      new Option("--format <format>", "a table for other programs").choices([...TABLE_FORMATS]),
    )
    .option("--json", "the comparison as JSON: pairs, groups, trends and sentences too")
    .option("--save <file>", "keep the signed statements that it was formed from")
    .addOption(lang())
    .addOption(hub())
    .addOption(state())
    .action((indicator, options) => run(() => compareCommand(indicator, options)));

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
    .action((name, options) => run(() => showCommand(name, options)));
  indicator
    .command("propose")
    .description("propose a definition, or its next version")
    .argument("<file>", "the definition as JSON; - for standard input")
    .addOption(as())
    .addOption(hub())
    .addOption(state())
    .action((file, options) => run(() => proposeCommand(file, options)));
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
    .action((names, options) => run(() => acceptCommand(names, options)));

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
    .action((options) => run(() => practicesCommand(options)));
  program
    .command("practice")
    .description("a practice card of one's own")
    .command("publish")
    .description("hang a card on an indicator, or its next version")
    .argument("<file>", "the card as JSON; - for standard input")
    .addOption(as())
    .addOption(hub())
    .addOption(state())
    .action((file, options) => run(() => publishCommand(file, options)));
}
