/** Looking at a policy before anything is published, and the report on what it could give away. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Table from "cli-table3";
import * as z from "zod";
import { readAccount } from "../../../functions/account/account.ts";
import { accountedOf } from "../../../functions/account/standing.ts";
import { spentByOthers } from "../../../functions/account/view.ts";
import { latestPeriod } from "../../../functions/disclosure/calendar.ts";
import { accept } from "../../../functions/disclosure/descriptor-rules.ts";
import { readingOf } from "../../../functions/disclosure/methods/reading.ts";
import { numeral } from "../../../functions/disclosure/number-format.ts";
import { planRelease, type ReleasePlan } from "../../../functions/disclosure/release-plan.ts";
import { neighbours } from "../../../functions/policy/alternatives.ts";
import { dotBlocks, shareBlocks } from "../../../functions/policy/blocks.ts";
import { type FocusChoice, focusOf } from "../../../functions/policy/focus.ts";
import { percent, plural, sumsLine, width, words } from "../../../functions/policy/messages.ts";
import { type OwnData, ownData } from "../../../functions/policy/own-data.ts";
import { reportPage } from "../../../functions/policy/page.ts";
import type { Shown } from "../../../functions/policy/panel.ts";
import { fitLines, previewPicture } from "../../../functions/policy/picture.ts";
import { type Others, preview } from "../../../functions/policy/preview.ts";
import { AttackLine, draftReport, type Report } from "../../../functions/policy/report.ts";
import { standIn, Totals } from "../../../functions/policy/synthetic-data.ts";
import { crossRequest, currentVersion } from "../../../functions/release/release.ts";
import { rowsAt, rowsNow } from "../../../functions/release/rows.ts";
import { sha256, signCompact } from "../../../functions/signing/jws.ts";
import { getItem } from "../../../functions/store/stored.ts";
import { ifAbsent } from "../../../schemas/caught.ts";
import { found } from "../../../schemas/found.ts";
import { pointer } from "../../../schemas/items/release.ts";
import { yearOf } from "../../../schemas/period.ts";
import type { Store } from "../../../schemas/ports.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { CEILING } from "../../../schemas/release.ts";
import { type Language, MemberId } from "../../../schemas/words.ts";
import { keyOf } from "../../local/members.ts";
import { releaseDeps } from "../../local/private-side.ts";
import { type Context, context, language, memberOf, readJson, withStores } from "./context.ts";

export interface PolicyOptions {
  readonly as: string;
  readonly state?: string;
  readonly descriptor?: string;
  readonly subjects?: string;
  readonly totals?: string;
  readonly period?: string;
  readonly lang?: string;
}

/** A plan, made people, and what else the year's account has in it. */
interface Tried {
  readonly plan: ReleasePlan;
  readonly totals: Totals;
  readonly others: Others;
}

/** The member's store, where this state runs a node for it; a descriptor can be tried before there is any. */
async function withStore<T>(
  ctx: Context,
  options: PolicyOptions,
  work: (store: Store | undefined) => Promise<T>,
): Promise<T> {
  const here = ctx.members.some(({ id }) => id === options.as);
  if (!here && options.descriptor !== undefined) return work(undefined);
  const { id } = memberOf(ctx, options.as);
  return withStores(ctx, async (stores) => work(await stores.store(id)));
}

async function tried(
  dataset: string,
  options: PolicyOptions,
  store: Store | undefined,
): Promise<Tried> {
  const json =
    options.descriptor === undefined
      ? (await currentVersion(found(store), dataset)).descriptor
      : await readJson(options.descriptor);
  const descriptor = accept(json);
  if (descriptor.id !== dataset)
    throw new Refused(
      "descriptor-invalid",
      `${options.descriptor} describes ${descriptor.id}, not ${dataset}`,
    );
  if (!readingOf(descriptor.policy.method).protects)
    throw new Refused(
      "descriptor-invalid",
      `${dataset} is published as it is (method none): nothing is added, and nothing is protected`,
    );
  const plan = planRelease(
    descriptor,
    options.period ?? found(latestPeriod(descriptor.policy.calendar)),
  );
  const account = store && (await readAccount(store, yearOf(plan.period)));
  const others = {
    spent: spentByOthers(account?.entries ?? [], dataset),
    ceiling: account?.ceiling ?? CEILING,
  };
  return { plan, totals: await totalsOf(options), others };
}

async function totalsOf({ subjects, totals }: PolicyOptions): Promise<Totals> {
  const read = Totals.safeParse(totals === undefined ? {} : await readJson(totals));
  if (!read.success) throw new Refused("body-invalid", `${totals}: ${z.prettifyError(read.error)}`);
  if (subjects === undefined) return read.data;
  const count = Number(subjects);
  if (!Number.isInteger(count) || count < 1 || count > 1_000_000)
    throw new Refused(
      "body-invalid",
      `--subjects takes a whole number up to 1,000,000, not ${subjects}`,
    );
  return { ...read.data, subjects: count };
}

export async function previewCommand(
  dataset: string,
  options: PolicyOptions & { dimension?: string; within?: string; svg?: string; ownData?: boolean },
): Promise<void> {
  const ctx = await context(options.state);
  const lang = language(options.lang);
  await withStore(ctx, options, async (store) => {
    const { plan, totals, others } = await tried(dataset, options, store);
    const people = standIn(plan.descriptor, totals);
    const choice = choiceOf(plan, options);
    const all = neighbours(plan.descriptor, choice).map(
      (neighbour): Shown => ({
        neighbour,
        preview: preview(planRelease(neighbour.descriptor, plan.period), people, others, choice),
      }),
    );
    const title = words[lang].previewTitle(plan.descriptor.title[lang], plan.period);
    console.log(`${title}\n${words[lang].standIn(numeral(people.subjects.length, 0, lang))}\n`);
    console.log(policyTable(all, lang));
    console.log(`\n${shareBlocks(all, lang).join("\n")}\n\n${dotBlocks(all, lang).join("\n")}`);
    if (options.svg !== undefined) {
      await writeFile(options.svg, previewPicture(all, title, lang));
      console.log(`\n${lang === "it" ? "Disegno" : "Picture"}: ${options.svg}`);
    }
    if (options.ownData) {
      if (store === undefined)
        throw new Refused("no-version", "--own-data reads the rows of a node that runs here");
      console.log(`\n${ownDataText(await ownDataOf(ctx, options.as, store, plan), plan, lang)}`);
    }
  });
}

/** What the picture compares. Throws `Refused` where the dataset has no such dimension or code. */
function choiceOf(
  plan: ReleasePlan,
  { dimension, within }: { dimension?: string; within?: string },
): FocusChoice {
  const treeOf = (id: string) => {
    const tree = plan.trees.find((one) => one.id === id);
    if (tree === undefined)
      throw new Refused(
        "unknown-dimension",
        `there are ${plan.trees.map((one) => one.id).join(", ")}`,
      );
    return tree;
  };
  if (dimension !== undefined) treeOf(dimension);
  const choice = focusOf(plan, dimension);
  if (within === undefined) return choice;
  const [axis = "", code = ""] = within.split(/=(.*)/s);
  if (axis === choice.axis)
    throw new Refused("unknown-dimension", `${axis} is what the picture compares`);
  const at = treeOf(axis).index.get(code);
  if (at === undefined || at === 0)
    throw new Refused("unknown-code", `${axis} has no code ${code}`);
  return { ...choice, within: { axis, code } };
}

/** A policy a row: margins, what is shown by order, pairs told apart, the attacker, the account. */
function policyTable(all: readonly Shown[], lang: Language): string {
  const say = words[lang];
  const { focus } = found(all[0]).preview;
  const head = ["", say.margin, say.pointsByOrder, say.apart, say.attacker, say.account];
  const table = new Table({
    head,
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [24, 26, 20, 14, 26, 28],
  });
  for (const { neighbour, preview: one } of all) {
    const count = found(one.fields.find(({ id }) => id === focus.field.id));
    const sums = one.fields
      .filter(({ kind }) => kind === "sum")
      .map(({ margin, unit }) => `± ${width(margin, lang)} ${unit[lang]}`);
    const line = sumsLine(one, lang);
    table.push([
      `${neighbour.title[lang]}\n${neighbour.note[lang]}`,
      [
        `± ${width(count.margin, lang)} ${plural(count.unit, lang)}`,
        ...sums,
        ...(line === undefined ? [] : [line]),
      ].join("\n"),
      one.orders
        .map(({ order, points }) => `${say.orders[order]} ${percent(points, lang)}`)
        .join("\n"),
      one.focus.apart.length === 0
        ? say.noPairs
        : say.pairs(one.focus.apart.length, one.focus.pairs),
      `${say.inHundred(numeral(one.reach.period, 0, lang))}\n${say.later(numeral(one.reach.fiveYears, 0, lang))}`,
      fitLines(one.fit, lang)
        .map((line) => line.words)
        .join("\n"),
    ]);
  }
  return `${table.toString()}\n${lang === "it" ? "Le altre cifre si mostrano col solo intervallo" : "The other figures are shown as their interval alone"}; ${say.margin.toLowerCase()}: ${say.at95} (${focus.field.title[lang]}).`;
}

async function ownDataOf(
  { at, clock }: Context,
  member: string,
  store: Store,
  plan: ReleasePlan,
): Promise<OwnData> {
  const rows = await rowsNow(store, plan.descriptor.id, clock());
  const { engine, privateBlobs } = await releaseDeps(at, member, store, clock);
  return ownData(engine, crossRequest(plan, await rowsAt(privateBlobs, rows), rows.withdrawn));
}

function ownDataText(
  { subjects, family, sums }: OwnData,
  { descriptor, fields }: ReleasePlan,
  lang: Language,
): string {
  const it = lang === "it";
  const many = (value: number) => numeral(value, 0, lang);
  const unit = plural(found(descriptor.subject).unit, lang);
  const lines = [
    it
      ? `I PROPRI DATI (esatti, solo per chi li possiede; ${many(subjects)} ${unit}). Scegliere una politica guardandoli è già uno sguardo ai dati, e nessun conto lo registra.`
      : `OWN DATA (exact, for their owner alone; ${many(subjects)} ${unit}). Choosing a policy by it is itself a look at the data, and no account knows of it.`,
  ];
  if (family)
    lines.push(
      it
        ? `  al più ${family.atMost} codici per persona: ${many(family.beyond)} ne hanno di più, ${many(family.dropped)} codici restano fuori`
        : `  at most ${family.atMost} codes a person: ${many(family.beyond)} have more, ${many(family.dropped)} codes are left out`,
    );
  for (const { id, contributors, below, above } of sums) {
    const title = found(fields.find(({ released }) => released.id === id)).released.title[lang];
    lines.push(
      it
        ? `  ${title}: ${many(contributors)} contributi, ${many(above)} tagliati in alto, ${many(below)} in basso`
        : `  ${title}: ${many(contributors)} contributions, ${many(above)} clipped high, ${many(below)} clipped low`,
    );
  }
  return lines.join("\n");
}

const ATTACKS = join(import.meta.dirname, "../../../docs/attacks.json");

/** What the attack suite wrote down for this version; undefined where it has not been run, or wrote something else. */
async function attacksOf(): Promise<AttackLine[] | undefined> {
  const text = await readFile(ATTACKS, "utf8").catch(ifAbsent(undefined));
  if (text === undefined) return undefined;
  const read = z.looseObject({ lines: z.array(AttackLine).min(1) }).safeParse(JSON.parse(text));
  return read.success ? read.data.lines : undefined;
}

export async function reportCommand(
  dataset: string,
  options: PolicyOptions & { out?: string },
): Promise<void> {
  const ctx = await context(options.state);
  const lang = language(options.lang);
  await withStore(ctx, options, async (store) => {
    const { plan, totals, others } = await tried(dataset, options, store);
    const at = { dataset, period: plan.period };
    const held = store && (await getItem(store, pointer, at));
    const draft = draftReport({
      plan,
      preview: preview(plan, standIn(plan.descriptor, totals), others, focusOf(plan)),
      source: totals.source,
      release: held?.body.id,
      attacks: await attacksOf(),
      // a descriptor that is only tried has no account
      accounted:
        store && options.descriptor === undefined ? await accountedOf(store, at) : undefined,
    });
    const member = ctx.names.get(options.as);
    const page = (one: Language) =>
      reportPage(draft, { member: member?.[one] ?? options.as, language: one });
    const pages = { it: page("it"), en: page("en") };
    const digests = { it: sha256(pages.it), en: sha256(pages.en) };
    const report: Report = {
      v: 2,
      iss: MemberId.parse(options.as),
      iat: ctx.clock(),
      ...draft,
      pages: digests,
    };
    const json = `${JSON.stringify(report, null, 2)}\n`;
    if (options.out !== undefined) {
      await writeFile(options.out, options.out.endsWith(".json") ? json : pages[lang]);
      console.log(`Written: ${options.out}`);
    }
    if (store !== undefined)
      await publish(ctx, options.as, store, report, {
        "report.json": json,
        "it.html": pages.it,
        "en.html": pages.en,
      });
    else if (options.out === undefined)
      throw new Refused(
        "body-invalid",
        "no node of this member runs here: say where to write, with --out FILE",
      );
  });
}

/** Beside the release, where anyone may read it: both pages, the figures, and the signature over them. */
async function publish(
  ctx: Context,
  id: string,
  store: Store,
  report: Report,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const { publicBlobs, log } = await releaseDeps(ctx.at, id, store, ctx.clock);
  const jws = await signCompact(await keyOf(ctx.at, id, "release"), "tavolo-report+jws", report);
  const folder = `reports/${report.dataset}/${report.period}`;
  for (const [name, text] of Object.entries({ ...files, "report.jws": jws }))
    await publicBlobs.write(`${folder}/${name}`, new TextEncoder().encode(text));
  await log.append(
    "report",
    { dataset: report.dataset, period: report.period, report: sha256(jws) },
    ctx.clock(),
  );
  console.log(`Signed, and written beside the release: ${join(ctx.at.published(id), folder)}`);
}
