/** Indicators: which there are, and one of them, member beside member. */
import { writeFile } from "node:fs/promises";
import Table from "cli-table3";
import { changedCodes, contexts, placeNames, provinces } from "../../../docs/demo/public-tables.ts";
import { treeOf } from "../../../functions/disclosure/axes.ts";
import { tidyComparison } from "../../../functions/formats/comparison.ts";
import { write } from "../../../functions/formats/write.ts";
import { criteriaOf, peersOf } from "../../../functions/indicators/compare/peers.ts";
import type { Wanted } from "../../../functions/indicators/compare/questions.ts";
import { territory } from "../../../functions/indicators/compare/territory.ts";
import { inUse } from "../../../functions/indicators/registry.ts";
import { DatasetsResponse } from "../../../schemas/catalogue.ts";
import type { TableFormat } from "../../../schemas/formats.ts";
import { found } from "../../../schemas/found.ts";
import type { Indicator, IndicatorList } from "../../../schemas/indicator.ts";
import { inOrder } from "../../../schemas/period.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { MemberId, Period } from "../../../schemas/words.ts";
import { type Client, connect } from "../../client/client.ts";
import { followDirectory } from "../../local/directory.ts";
import { comparisonText, visible } from "../print-comparison.ts";
import { clientOf } from "./ask.ts";
import { type Context, clockNote, context, language, memberOf } from "./context.ts";
import { fetchJson, hubUrl } from "./list.ts";

interface Options {
  readonly hub?: string;
  readonly state?: string;
  readonly lang?: string;
  readonly json?: boolean;
}

/** Anybody reads; signatures are checked all the same. */
export async function reader(ctx: Context, hub?: string): Promise<Client> {
  const url = await hubUrl(ctx, hub);
  const { file: directory } = await followDirectory(ctx.at, url);
  return connect({ hub: url, directory, clock: ctx.clock });
}

export async function indicatorsCommand(
  options: Options & { readonly theme?: string },
): Promise<void> {
  const ctx = await context(options.state);
  const list: IndicatorList = {
    v: 1,
    indicators: await (await reader(ctx, options.hub)).indicators(),
  };
  if (options.json) return void console.log(JSON.stringify(list, null, 2));
  const lang = language(options.lang);
  const table = new Table({
    head: ["id", "name", "theme", "place", "beside", "data", "accepted by"],
    style: { head: [], border: [] },
  });
  for (const { definition, acceptedBy } of list.indicators) {
    if (options.theme !== undefined && definition.theme !== options.theme) continue;
    const { id, version, name, theme, place, beside, origin } = definition;
    table.push([
      `${id} v${version}`,
      name[lang],
      theme,
      place,
      beside ?? "",
      origin,
      String(acceptedBy.length),
    ]);
  }
  console.log(visible(table.toString()));
}

export interface CompareOptions extends Options {
  readonly as: string;
  readonly members?: string;
  readonly periods?: string;
  readonly peers?: string;
  readonly within?: string;
  readonly places?: string;
  readonly by?: string;
  readonly byName?: boolean;
  readonly format?: TableFormat;
  readonly save?: string;
}

export async function compareCommand(id: string, options: CompareOptions): Promise<void> {
  const ctx = await context(options.state);
  const hub = await hubUrl(ctx, options.hub);
  const self = memberOf(ctx, options.as).id;
  const client = await clientOf(ctx, self, options.hub);
  const definitions = inUse({ indicators: await client.indicators() }, self);
  const indicator = definitions.find((one) => one.id === id);
  if (indicator === undefined)
    throw new Refused("not-found", `there is no indicator ${id}; tavolo indicators lists them`);
  const wanted = await wantedOf(indicator, hub, self, options);
  const lang = language(options.lang);
  const names =
    (options.within ?? options.places) === undefined
      ? ctx.names
      : new Map([...placeNames(), ...ctx.names]);
  const name = (member: string) => names.get(member)?.[lang] ?? member;
  const members = options.byName
    ? [...wanted.members].sort((a, b) => name(a).localeCompare(name(b), lang))
    : wanted.members;
  const { comparison, statements } = await client.compare(id, { ...wanted, members, names });
  if (options.save) await writeFile(options.save, JSON.stringify({ v: 1, statements }));
  if (options.json) return void console.log(JSON.stringify(comparison, null, 2));
  if (options.format) {
    const table = tidyComparison(comparison, { maker: self, at: ctx.clock(), names });
    return void process.stdout.write(await write(table, options.format, lang));
  }
  const partner = definitions.find((one) => one.id === indicator.beside);
  console.log(visible(comparisonText(comparison, partner, names, lang)));
  const note = clockNote(ctx);
  if (note) console.log(note);
  if (options.save && Object.keys(statements).length > 0)
    console.log(`\nCheck every signature, offline:  npx tavolo verify ${options.save}`);
}

/** Members and periods as said, or whoever offers the data of the numerator, in its latest period. */
async function wantedOf(
  indicator: Indicator,
  hub: string,
  self: string,
  options: CompareOptions,
): Promise<Pick<Wanted, "members" | "periods" | "by">> {
  const { dataset, member: national, valid } = indicator.numerator;
  if (options.places !== undefined && national === undefined)
    throw new Refused(
      "query-invalid",
      "--places is for indicators of a national table; members are named with --members",
    );
  const below =
    options.within === undefined ? undefined : await placesIn(indicator, hub, options.within);
  const said =
    below ??
    options.places?.split(",").map(placeWritten) ??
    options.members
      ?.split(",")
      .map((one) => inForce(parsed(MemberId, memberWritten(one), "--members")));
  const periodsSaid = options.periods
    ?.split(",")
    .map((one) => parsed(Period, one.trim(), "--periods"));
  const offered =
    said && periodsSaid
      ? []
      : DatasetsResponse.parse(await fetchJson(`${hub}/v1/datasets`)).members;
  // a table of a national body is about the municipalities that publish something of their own
  const offering = offered.filter(({ datasets, member }) =>
    national === undefined ? datasets.some((one) => one.dataset === dataset) : /^IT-/.test(member),
  );
  const providers = offering.map(({ member }) => member).sort();
  const others =
    options.peers === undefined
      ? providers.filter((member) => member !== self)
      : peersAmong(self, providers, options.peers);
  const members = said ?? [...providers.filter((member) => member === self), ...others];
  if (members.length === 0) throw new Refused("unknown-dataset", `nobody offers ${dataset}`);
  const all = offering.flatMap(({ datasets }) =>
    datasets.filter((one) => one.dataset === dataset).map(({ period }) => period),
  );
  const periods = periodsSaid ?? inOrder(valid ?? all).slice(-1);
  if (periods.length === 0) throw new Refused("unknown-period", `name one with --periods`);
  return { members, periods, ...byOf(options.by) };
}

/** Of those who have the data, the nearest to this member on what a city does not choose; by public figures of the demonstration. */
function peersAmong(self: string, providers: readonly string[], most: string): string[] {
  const number = Number(most);
  if (!Number.isInteger(number) || number < 1)
    throw new Refused("body-invalid", `--peers takes a whole number, not ${most}`);
  const known = Object.fromEntries(
    Object.entries(contexts()).filter(([id]) => id === self || providers.includes(id)),
  );
  const peers = peersOf(self, known, number);
  // named are those criteria alone that told them apart, with how far each is
  if (peers.length > 0)
    console.error(
      `nearest by ${criteriaOf(known).join(", ")}: ${peers
        .map(({ member, distance }) => `${member} (${distance.toFixed(2)})`)
        .join(", ")}`,
    );
  if (peers.length === 0)
    throw new Refused(
      "unknown-member",
      `there are no public figures to find peers of ${self} by; name them with --members`,
    );
  return peers.map(({ member }) => member);
}

/** The places one level below one, in the order of their codes, of a national table whose dimension is a tree of places. */
async function placesIn(
  { numerator: { dataset, member, territory } }: Indicator,
  hub: string,
  within: string,
): Promise<string[]> {
  const { members } = DatasetsResponse.parse(await fetchJson(`${hub}/v1/datasets`));
  const table = members
    .find((one) => one.member === member)
    ?.datasets.find((one) => one.dataset === dataset);
  const axis = table?.axes.find(({ id }) => id === territory);
  if (axis === undefined)
    throw new Refused("query-invalid", "--within is for indicators of a national table");
  const tree = treeOf(axis);
  const node = tree.nodes[tree.index.get(places().read(within) ?? within) ?? -1];
  if (node === undefined || node.children.length === 0)
    throw new Refused("unknown-code", `the table has no place below ${within}`);
  return node.children.map((at) => found(tree.nodes[at]).code);
}

const places = () => territory(provinces(), changedCodes());
/** A place as people write it, by the code that it has now. Throws `Refused` unknown-code. */
function placeWritten(text: string): string {
  const code = places().read(text);
  if (code === undefined)
    throw new Refused(
      "unknown-code",
      `${text} is no place: IT, a region (two digits), a province (three), a municipality (six), or a NUTS code`,
    );
  return inForce(code);
}
/** A city by its id, or by ISTAT's six digits. */
const memberWritten = (text: string): string => text.trim().replace(/^\d{6}$/, "IT-$&");

/** The code that a municipality has now, where its province changed; said aloud. Throws `Refused` unknown-member where it is no more. */
function inForce(member: string): string {
  const now = places().now(member);
  if ("ended" in now)
    throw new Refused(
      "unknown-member",
      `${member} ended on ${now.ended}: it was merged or suppressed, and the source does not say into which`,
    );
  if (now.code !== member) console.error(`${member} is ${now.code} now.`);
  return now.code;
}

function byOf(text: string | undefined): Pick<Wanted, "by"> {
  if (text === undefined) return {};
  const [dimension, codes] = text.split("=");
  if (!dimension || !codes)
    throw new Refused("body-invalid", "--by takes a dimension and its codes, like age=75-79,80-84");
  return { by: { dimension, codes: codes.split(",") } };
}

function parsed(schema: typeof MemberId | typeof Period, text: string, option: string): string {
  const result = schema.safeParse(text);
  if (!result.success)
    throw new Refused(
      "body-invalid",
      `${option}: ${text} is no ${option === "--periods" ? "period (2022, 2022-Q3, 2022-07)" : "member's id"}`,
    );
  return result.data;
}
