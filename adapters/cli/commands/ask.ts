/** Asking, and checking what was answered. */
import { writeFile } from "node:fs/promises";
import * as z from "zod";
import { tidyStatement } from "../../../functions/formats/tidy.ts";
import { write } from "../../../functions/formats/write.ts";
import { readDirectory } from "../../../functions/members/directory-file.ts";
import { peek, sha256 } from "../../../functions/signing/jws.ts";
import { verifyStatement } from "../../../functions/statements/verify.ts";
import { CUBE_FORMATS, formatNames } from "../../../schemas/formats.ts";
import { found } from "../../../schemas/found.ts";
import { type DirectoryEntry, DirectoryFile } from "../../../schemas/member.ts";
import { type Question as Asked, Partial, Statement } from "../../../schemas/query.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { Sheet } from "../../../schemas/sheet.ts";
import type { Language } from "../../../schemas/words.ts";
import { questionOf } from "../../client/asking.ts";
import { type Answer, type Client, connect } from "../../client/client.ts";
import { followDirectory, knownHere } from "../../local/directory.ts";
import { keyOf } from "../../local/members.ts";
import { csvOf } from "../csv.ts";
import { outcomes, promise, sentenceOf, sheetTable, statementTable } from "../print.ts";
import {
  type Context,
  clockNote,
  context,
  language,
  memberOf,
  readInput,
  readJson,
} from "./context.ts";
import { hubUrl } from "./list.ts";

export interface QueryOptions {
  readonly as?: string;
  readonly state?: string;
  readonly hub?: string;
  readonly format?: string;
  /** Which question of a sheet, for formats that hold one table. */
  readonly question?: string;
  readonly lang?: string;
  readonly save?: string;
  readonly link?: boolean;
}

/** Statements as they are kept: signed, by the name of their question. */
const Saved = z.strictObject({
  v: z.literal(1),
  statements: z
    .record(z.string(), z.string())
    .refine((statements) => Object.keys(statements).length > 0),
});
type Saved = z.infer<typeof Saved>;

/** A member of this state at a hub, with the key that lies here and the directory as far as it goes on from what is known here. */
export async function clientOf(ctx: Context, member: string, hub?: string): Promise<Client> {
  const url = await hubUrl(ctx, hub);
  const { id } = memberOf(ctx, member);
  const { file: directory } = await followDirectory(ctx.at, url);
  return connect({
    hub: url,
    member: id,
    key: await keyOf(ctx.at, id, "member"),
    clock: ctx.clock,
    directory,
  });
}

export async function queryCommand(file: string, options: QueryOptions): Promise<void> {
  const ctx = await context(options.state);
  const input = await readJson(file);
  const sheet = Sheet.safeParse(input);
  const questions: Record<string, Asked> = sheet.success
    ? sheet.data.questions
    : { question: questionOf(input) };
  const [first] = Object.values(questions);
  const member = options.as ?? found(first?.members[0]);
  const client = await clientOf(ctx, member, options.hub);
  const answers: [string, Answer][] = [];
  for (const [name, question] of Object.entries(questions))
    answers.push([name, await client.ask(question, { keep: options.link === true })]);
  const signed = Object.fromEntries(answers.map(([name, { jws }]) => [name, jws]));
  const statements = Object.fromEntries(answers.map(([name, { statement }]) => [name, statement]));
  if (options.save)
    await writeFile(options.save, JSON.stringify({ v: 1, statements: signed } satisfies Saved));
  // not on standard output, which a program may be reading
  for (const [name, { link }] of answers)
    if (link !== undefined)
      console.error(`${name}: ${link}  (at most 30 days, for whoever has the link)`);
  const lang = language(options.lang);
  if (options.format === "json")
    return void console.log(
      JSON.stringify({ v: 1, statements: signed, read: statements }, null, 2),
    );
  if (options.format === "csv" && sheet.success && options.question === undefined)
    return void process.stdout.write(csvOf(questions, statements));
  const format = formatNames().find((one) => one === options.format);
  if (format !== undefined)
    return void process.stdout.write(
      await write(tidyStatement(oneOf(signed, options), ctx.names), format, lang),
    );
  if (sheet.success) printSheet(ctx, sheet.data, statements, member, lang);
  else printStatement(ctx, found(questions.question), found(statements.question), lang);
  const note = clockNote(ctx);
  if (note) console.log(note);
  console.log(
    options.save
      ? `Check the signatures: npx tavolo verify ${options.save}`
      : "To keep and check the signed answer: add --save FILE, then npx tavolo verify FILE",
  );
}

/** The statement of one question. Throws `Refused` query-invalid where a sheet has several and none, or no such one, was named. */
function oneOf(
  signed: Readonly<Record<string, string>>,
  { question, format }: QueryOptions,
): string {
  const names = Object.keys(signed);
  const [only = ""] = names;
  const jws = signed[question ?? (names.length === 1 ? only : "")];
  if (jws === undefined)
    throw new Refused(
      "query-invalid",
      `${format} holds one table: choose with --question ${names.join(" or ")}`,
    );
  return jws;
}

/** Takes a link back that `query --link` made. */
export async function unlinkCommand(
  link: string,
  options: { readonly as: string; readonly hub?: string; readonly state?: string },
): Promise<void> {
  await (await clientOf(await context(options.state), options.as, options.hub)).unlink(link);
  console.log("The link is taken back: nobody reads anything there any more.");
}

/** A sheet as people read it: title, table, what the intervals are, the sentence, who answered, the promise. */
export function printSheet(
  { names }: Pick<Context, "names">,
  sheet: Sheet,
  statements: Record<string, Statement>,
  member: string,
  lang: Language,
): void {
  const it = lang === "it";
  console.log(`\n${sheet.title[lang]}\n${sheet.note[lang]}\n`);
  console.log(sheetTable(sheet, statements, names, lang));
  console.log(
    it
      ? "Tra parentesi il margine (95 %) del solo rumore di protezione, non di altri errori."
      : "In brackets the 95 % interval of the protection noise alone, not of any other error.",
  );
  const sentence = sentenceOf(sheet, statements, member, names, lang);
  if (sentence) console.log(`\n${sentence}\n`);
  for (const statement of Object.values(statements)) console.log(outcomes(statement, names, lang));
  console.log("");
  for (const line of promise(Object.values(statements), names, lang)) console.log(line);
}

function printStatement(
  { names }: Context,
  question: Asked,
  statement: Statement,
  lang: Language,
): void {
  console.log(statementTable(question, statement, names, lang));
  const it = lang === "it";
  console.log(
    it
      ? "Tra parentesi il margine (95 %) del solo rumore di protezione; la lettera è la qualità (A-E). Le cifre sono arrotondate e possono non sommare per una o due unità."
      : "In brackets the 95 % interval of the protection noise alone; the letter is the quality (A-E). Figures are rounded and may not add up by one or two.",
  );
  console.log(outcomes(statement, names, lang));
  for (const line of promise([statement], names, lang)) console.log(line);
}

export interface DownloadOptions {
  readonly as: string;
  readonly out: string;
  readonly format?: string;
  readonly purpose?: string;
  readonly hub?: string;
  readonly state?: string;
}

/** A whole release and its signed manifest, side by side. */
export async function downloadCommand(id: string, options: DownloadOptions): Promise<void> {
  const ctx = await context(options.state);
  const client = await clientOf(ctx, options.as, options.hub);
  const format = CUBE_FORMATS.find((one) => one === options.format) ?? CUBE_FORMATS[0];
  const { bytes, manifestJws, codes } = await client.download(id, {
    format,
    ...(options.purpose ? { purposeId: options.purpose } : {}),
  });
  await writeFile(options.out, bytes);
  await writeFile(`${options.out}.manifest.jws`, manifestJws);
  if (codes) await writeFile(`${options.out}.codes.json`, JSON.stringify(codes));
  console.log(
    `${id}: ${bytes.length} bytes in ${options.out}, its signed manifest in ${options.out}.manifest.jws${codes ? `, the code lists that it names in ${options.out}.codes.json` : ""}`,
  );
}

export interface VerifyOptions {
  readonly state?: string;
  readonly directory?: string;
  readonly hubId?: string;
  readonly cube?: string[];
}

export async function verifyCommand(file: string, options: VerifyOptions): Promise<void> {
  const ctx = await context(options.state);
  let directory = await directoryFor(ctx, options);
  const hub = options.hubId ?? directory.find(({ roles }) => roles.includes("operator"))?.id ?? "";
  const cubes = new Map<string, Uint8Array>();
  const statements = statementsIn((await readInput(file)).toString("utf8"));
  for (const path of options.cube ?? []) {
    const bytes = await readInput(path);
    const digest = sha256(bytes);
    demandUse(path, digest, Object.values(statements));
    cubes.set(digest, bytes);
  }
  for (const [name, jws] of Object.entries(statements)) {
    const check = () => verifyStatement(jws, { directory, hub, now: ctx.clock(), cubes });
    const report = await check().catch(async (error: unknown) => {
      // somebody may have joined, or changed keys, since; what was handed in is not looked up again
      if (options.directory !== undefined || !(error instanceof Refused)) throw error;
      directory = await newerDirectory(ctx, error);
      return check();
    });
    console.log(`${name}: verified`);
    for (const check of report.checks) console.log(`  ✓ ${check}`);
    console.log("  on these keys (thumbprints):");
    for (const { member, use, kid } of report.thumbprints)
      console.log(`    ${member} ${use} ${kid}`);
  }
}

async function newerDirectory(ctx: Context, because: unknown): Promise<readonly DirectoryEntry[]> {
  try {
    return (await followDirectory(ctx.at, await hubUrl(ctx))).entries;
  } catch (error) {
    throw error instanceof Refused && error.reason === "unreachable" ? because : error;
  }
}

/** A cube that no answer names would prove nothing, and seem to. */
function demandUse(path: string, digest: string, statements: readonly string[]): void {
  const outcomes = statements.flatMap((jws) => peek(jws, Statement).outcomes);
  if (
    !outcomes.some(
      (outcome) => "partial" in outcome && peek(outcome.partial, Partial).cube === digest,
    )
  )
    throw new Refused("statement-invalid", `${path} is the cube of none of these answers`);
}

/** The signed statements in what `query --save` wrote, or a statement alone. */
export function statementsIn(text: string): Record<string, string> {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{")) return { statement: trimmed };
  try {
    return Saved.parse(JSON.parse(trimmed)).statements;
  } catch {
    throw new Refused(
      "file-unreadable",
      "neither a signed statement nor a file that query --save wrote",
    );
  }
}

/** Offline: from a file, else what this state knows; where it knows nobody, from the hub. */
export async function directoryFor(
  ctx: Context,
  options: Pick<VerifyOptions, "directory">,
): Promise<readonly DirectoryEntry[]> {
  if (options.directory)
    return readDirectory(DirectoryFile.parse(await readJson(options.directory)));
  const known = await knownHere(ctx.at);
  if (known.entries.length > 0) return readDirectory(known);
  return (await followDirectory(ctx.at, await hubUrl(ctx))).entries;
}
