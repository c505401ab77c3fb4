/** Members propose indicators and say which they accept; offices hang practice cards on them. What is kept is what they signed. */
import Table from "cli-table3";
import type * as z from "zod";
import { digestOf, inUse } from "../../../functions/indicators/registry.ts";
import { Indicator, type IndicatorList } from "../../../schemas/indicator.ts";
import { Practice } from "../../../schemas/practice.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { visible } from "../print-comparison.ts";
import { clientOf } from "./ask.ts";
import { reader } from "./compare.ts";
import { context, language, memberOf, readJson } from "./context.ts";

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
