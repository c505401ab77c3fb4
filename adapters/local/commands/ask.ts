/** Asking, and checking what was answered. */
import { readFile, writeFile } from "node:fs/promises";
import * as z from "zod";
import { readDirectory } from "../../../functions/shared/directory.ts";
import { peek, sha256, verifyCompact } from "../../../functions/shared/jws.ts";
import { verifyStatement } from "../../../functions/verify/verify.ts";
import { type DirectoryEntry, DirectoryFile } from "../../../schemas/member.ts";
import { type Question as Asked, Partial, Question, Statement } from "../../../schemas/query.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { Manifest } from "../../../schemas/release.ts";
import { Sheet } from "../../../schemas/sheet.ts";
import { type Asker, askHub, takeRelease } from "../asking.ts";
import { csvOf } from "../csv.ts";
import { keyOf } from "../members.ts";
import { type Language, outcomes, promise, sentenceOf, sheetTable, statementTable } from "../print.ts";
import { type Context, clockNote, context, language, memberOf, readInput, readJson } from "./context.ts";
import { fetchJson, hubUrl } from "./look.ts";

export interface QueryOptions {
  readonly as?: string;
  readonly state?: string;
  readonly hub?: string;
  readonly format?: string;
  readonly lang?: string;
  readonly save?: string;
}

/** Statements as they are kept: signed, by the name of their question. */
const Saved = z.strictObject({
  v: z.literal(1),
  statements: z.record(z.string(), z.string()).refine((statements) => Object.keys(statements).length > 0),
});
type Saved = z.infer<typeof Saved>;

/** Who asks, with its key, and where. */
async function askerOf(ctx: Context, member: string, hub?: string): Promise<Asker> {
  const url = await hubUrl(ctx, hub);
  const operator = ctx.members.find(({ roles }) => roles.includes("operator"));
  if (operator === undefined) throw new Refused("unknown-member", "this state knows no hub");
  return {
    hub: { id: operator.id, url },
    member: memberOf(ctx, member).id,
    signer: await keyOf(ctx.at, member, "member"),
    clock: ctx.clock,
  };
}

export async function queryCommand(file: string, options: QueryOptions): Promise<void> {
  const ctx = await context(options.state);
  const input = await readJson(file);
  const sheet = Sheet.safeParse(input);
  const single = sheet.success ? undefined : questionIn(input);
  const questions: Record<string, Asked> = sheet.success ? sheet.data.questions : { question: single! };
  const member = options.as ?? Object.values(questions)[0]!.members[0]!;
  const asker = await askerOf(ctx, member, options.hub);
  const signed: Record<string, string> = {};
  for (const [name, question] of Object.entries(questions)) signed[name] = await askHub(asker, question);
  const statements = Object.fromEntries(Object.entries(signed).map(([name, jws]) => [name, peek(jws, Statement)]));
  if (options.save) await writeFile(options.save, JSON.stringify({ v: 1, statements: signed } satisfies Saved));
  const lang = language(options.lang);
  if (options.format === "json") return void console.log(JSON.stringify({ v: 1, statements: signed, read: statements }, null, 2));
  if (options.format === "csv") return void process.stdout.write(csvOf(questions, statements));
  if (sheet.success) printSheet(ctx, sheet.data, statements, member, lang);
  else printStatement(ctx, single!, statements.question!, lang);
  const note = clockNote(ctx);
  if (note) console.log(note);
  console.log(
    options.save
      ? `Check the signatures: npx tavolo verify ${options.save}`
      : "To keep and check the signed answer: add --save FILE, then npx tavolo verify FILE",
  );
}

function questionIn(input: unknown): Asked {
  const parsed = Question.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join("/")}`, detail: message }));
  throw new Refused("query-invalid", { detail: `${errors[0]!.pointer}: ${errors[0]!.detail}`, errors });
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
      ? "Tra parentesi l'intervallo al 95 % del solo rumore di protezione, non di altri errori."
      : "In brackets the 95 % interval of the protection noise alone, not of any other error.",
  );
  const sentence = sentenceOf(sheet, statements, member, names, lang);
  if (sentence) console.log(`\n${sentence}\n`);
  for (const statement of Object.values(statements)) console.log(outcomes(statement, names, lang));
  console.log("");
  for (const line of promise(Object.values(statements), names, lang)) console.log(line);
}

function printStatement({ names }: Context, question: Asked, statement: Statement, lang: Language): void {
  console.log(statementTable(question, statement, names, lang));
  const it = lang === "it";
  console.log(
    it
      ? "Tra parentesi l'intervallo al 95 % del solo rumore di protezione; la lettera è la qualità (A-E). Le cifre sono arrotondate e possono non sommare per una o due unità."
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
  const asker = await askerOf(ctx, options.as, options.hub);
  const entries = await readDirectory(DirectoryFile.parse(await fetchJson(`${asker.hub.url}/v1/members`)));
  const [member, ...path] = id.split("/");
  const node = entries.find((entry) => entry.id === member);
  if (node?.url === undefined) throw new Refused("unknown-member", `${member} runs no node`);
  const bytes = await takeRelease(asker, node.url, id, options.purpose, options.format === "csv" ? "csv" : "parquet");
  const response = await fetch(`${node.url}/v1/releases/${path.join("/")}/manifest`, { redirect: "error" });
  if (!response.ok) throw new Refused("not-found", `${member} has no manifest of this release`);
  const jws = await response.text();
  const trust = { keys: node.keys, use: "release", now: ctx.clock(), lasting: true, reason: "answer-invalid" } as const;
  const manifest = await verifyCompact(jws, "tavolo-release+jws", Manifest, trust);
  // a CSV is the node's rendering of the cube that the manifest names; only the cube itself has the digest
  if (options.format !== "csv" && manifest.cube !== sha256(bytes)) throw new Refused("cube-mismatch");
  await writeFile(options.out, bytes);
  await writeFile(`${options.out}.manifest.jws`, jws);
  console.log(`${id}: ${bytes.length} bytes in ${options.out}, its signed manifest in ${options.out}.manifest.jws`);
}

export interface VerifyOptions {
  readonly state?: string;
  readonly directory?: string;
  readonly hubId?: string;
  readonly cube?: string[];
}

export async function verifyCommand(file: string, options: VerifyOptions): Promise<void> {
  const ctx = await context(options.state);
  const directory = await directoryFor(ctx, options);
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
    const report = await verifyStatement(jws, { directory, hub, now: ctx.clock(), cubes });
    console.log(`${name}: verified`);
    for (const check of report.checks) console.log(`  ✓ ${check}`);
    console.log("  on these keys (thumbprints):");
    for (const { member, use, kid } of report.thumbprints) console.log(`    ${member} ${use} ${kid}`);
  }
}

/** A cube that no answer names would prove nothing, and seem to. */
function demandUse(path: string, digest: string, statements: readonly string[]): void {
  const outcomes = statements.flatMap((jws) => peek(jws, Statement).outcomes);
  if (!outcomes.some((outcome) => "partial" in outcome && peek(outcome.partial, Partial).cube === digest))
    throw new Refused("statement-invalid", `${path} is the cube of none of these answers`);
}

function statementsIn(text: string): Record<string, string> {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{")) return { statement: trimmed };
  try {
    return Saved.parse(JSON.parse(trimmed)).statements;
  } catch {
    throw new Refused("file-unreadable", "neither a signed statement nor a file that query --save wrote");
  }
}

/** Offline: from a file, else from the entries that this state keeps; only then is the hub asked. */
async function directoryFor(ctx: Context, options: VerifyOptions): Promise<DirectoryEntry[]> {
  if (options.directory) return readDirectory(DirectoryFile.parse(await readJson(options.directory)));
  const kept = await Promise.all(ctx.members.map(({ id }) => readFile(ctx.at.entry(id), "utf8").catch(() => undefined)));
  const entries = kept.filter((entry) => entry !== undefined);
  if (entries.length > 0) return readDirectory({ v: 1, entries });
  return readDirectory(DirectoryFile.parse(await fetchJson(`${await hubUrl(ctx)}/v1/members`)));
}
