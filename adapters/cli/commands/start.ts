/** `tavolo start`: the demonstration federation comes up, answers a question, and stays up. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Listr } from "listr2";
import { peek } from "../../../functions/signing/jws.ts";
import { Statement } from "../../../schemas/query.ts";
import { Sheet } from "../../../schemas/sheet.ts";
import { askHub } from "../../client/asking.ts";
import { fileClock, setClock } from "../../clock/clock.ts";
import {
  createMembers,
  demonstrationAgreements,
  demonstrationMembers,
  HUB,
  isSetUp,
  publishMember,
} from "../../demo/demonstration.ts";
import { demonstrationIndicators } from "../../demo/demonstration-indicators.ts";
import { demonstrationProposal } from "../../demo/demonstration-proposal.ts";
import { type Federation, startFederation } from "../../demo/federation.ts";
import { keyOf } from "../../local/members.ts";
import { doneLine, startSchedule } from "../../local/schedule.ts";
import { portsFor } from "../../local/serving/free-ports.ts";
import { forget, openStores, paths, running, type Stores, stateRoot } from "../../local/state.ts";
import { checkForm } from "../../local/state-form.ts";
import { printSheet } from "./ask.ts";
import { type Context, clockNote, context, dateOf, language } from "./context.ts";
import { signinOf } from "./key.ts";

export interface StartOptions {
  readonly state?: string;
  readonly fresh?: boolean;
  readonly once?: boolean;
  readonly at?: string;
  readonly lang?: string;
}

const FIRST = join(import.meta.dirname, "../../../docs/demo/questions/first.json");
const ASKER = "IT-028060";

export async function startCommand(options: StartOptions): Promise<void> {
  const at = paths(stateRoot(options.state));
  const port = Number(process.env.PORT ?? 8080);
  if (!Number.isInteger(port) || port < 0 || port > 65_000)
    throw new Error(`PORT must be a number from 0 to 65000; it is ${process.env.PORT}`);
  const other = await running(at);
  if (other)
    throw new Error(`this federation is running already, at ${other.hub} (process ${other.pid})`);
  await portsFor(port, 2 * demonstrationMembers.filter(({ node }) => node).length + 1);
  if (options.fresh) await forget(at);
  await checkForm(at);
  if (options.at) await setClock(at.clock, dateOf(options.at));
  const stores = await openStores(at);
  let federation: Federation | undefined;
  const stop = async () => {
    await federation?.close();
    await stores.close();
  };
  try {
    await setUp(stores, options);
    const ctx = await context(options.state);
    federation = await startFederation(at, stores, {
      hub: HUB.id,
      port,
      agreements: (entries) => demonstrationAgreements(at, stores, ctx.clock, entries),
    });
    await demonstrationIndicators(at, await stores.store(HUB.id), ctx.clock);
    await demonstrationProposal(at, HUB.id, await stores.store(HUB.id), ASKER, ctx.clock);
    await showFirst(ctx, federation, options);
  } catch (error) {
    await stop();
    throw error;
  }
  if (options.once) return stop();
  const nodes = demonstrationMembers.filter(({ node }) => node).map(({ id }) => id);
  const schedule = startSchedule(at, stores, nodes, fileClock(at.clock), (done) =>
    console.log(doneLine(done)),
  );
  await new Promise((done) => {
    process.once("SIGINT", done);
    process.once("SIGTERM", done);
  });
  await schedule.stop();
  await stop();
}

/** Members, files, releases: with progress where a person looks, a line each where a script does. */
async function setUp(stores: Stores, options: StartOptions): Promise<void> {
  const ctx = await context(options.state);
  if (await isSetUp(stores)) return;
  // two at a time: while one waits for its files or for DuckDB, the other draws its rows or its noise
  const tasks = new Listr(
    demonstrationMembers
      .filter(({ node }) => node)
      .map((member) => ({
        title: member.name.en,
        task: (_: unknown, task: { output: string }) =>
          publishMember(ctx.at, stores, member, ctx.clock, (what) => {
            task.output = `${member.name.en}, ${what}`;
          }),
      })),
    { concurrent: 2, fallbackRenderer: "simple", rendererOptions: { collapseSubtasks: false } },
  );
  console.log("Setting up the demonstration: made rows through ingest and release at ten nodes.");
  await createMembers(ctx.at);
  await tasks.run();
}

async function showFirst(
  ctx: Context,
  { hub, nodes }: Federation,
  options: StartOptions,
): Promise<void> {
  const sheet = Sheet.parse(JSON.parse(await readFile(FIRST, "utf8")));
  const asker = {
    hub: { id: HUB.id, url: hub },
    member: ASKER,
    signer: await keyOf(ctx.at, ASKER, "member"),
    clock: ctx.clock,
  };
  const signed: Record<string, string> = {};
  for (const [name, question] of Object.entries(sheet.questions))
    signed[name] = await askHub(asker, question);
  const file = join(ctx.at.root, "first.json");
  await writeFile(file, JSON.stringify({ v: 1, statements: signed }));
  if (!options.once) {
    console.log(`\nhub    ${hub}`);
    console.log(
      `page   ${await signinOf(ctx, hub, ASKER)}  (signed in as ${ASKER}: keep the link to yourself)`,
    );
    const own = nodes.find(({ member }) => member === ASKER);
    if (own)
      console.log(
        `owner  ${await signinOf(ctx, own.owner, ASKER)}  (its own node, for ${ASKER} alone)`,
      );
    for (const { member, url } of nodes)
      console.log(`node   ${url}  ${ctx.names.get(member)?.it ?? member} (${member})`);
  }
  const statements = Object.fromEntries(
    Object.entries(signed).map(([name, jws]) => [name, peek(jws, Statement)]),
  );
  const names = new Map(demonstrationMembers.map(({ id, name }) => [id, name]));
  printSheet({ names }, sheet, statements, ASKER, language(options.lang));
  const note = clockNote(ctx);
  if (note) console.log(note);
  console.log(`\nCheck every signature, offline:  npx tavolo verify ${relative(file)}`);
  if (!options.once)
    console.log(
      `Ask your own question:           npx tavolo query docs/demo/questions/first.json --as ${ASKER}\nStop with Ctrl-C.`,
    );
}

const relative = (file: string) =>
  file.startsWith(`${process.cwd()}/`) ? file.slice(process.cwd().length + 1) : file;
