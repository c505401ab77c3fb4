/** Commands that show who and what there is. They ask the hub, as anybody may. */

import { writeFile } from "node:fs/promises";
import Table from "cli-table3";
import { dayOf } from "../../../functions/disclosure/calendar.ts";
import type { Registered } from "../../../schemas/agreement.ts";
import type { MemberKey } from "../../../schemas/member.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { registerAt } from "../../local/agreeing.ts";
import { followDirectory, savedIn } from "../../local/directory.ts";
import { joinedHub } from "../../local/joining.ts";
import { running } from "../../local/state.ts";
import { type Context, context } from "./context.ts";

/** The hub's address: as said, or that of the federation running here, or that which this state has joined. */
export async function hubUrl({ at }: Context, hub?: string): Promise<string> {
  const url = hub ?? (await joinedHub(at))?.url ?? (await running(at))?.hub;
  if (url === undefined)
    throw new Refused(
      "unreachable",
      "no federation is running here; start one with npm start, or name a hub with --hub URL",
    );
  return url;
}
export async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, {
    redirect: "error",
    signal: AbortSignal.timeout(15_000),
  }).catch(() => {
    throw new Refused("unreachable", `${url} does not answer`);
  });
  if (!response.ok) throw new Refused("unreachable", `${url} answered ${response.status}`);
  return response.json();
}

interface Options {
  readonly state?: string;
  readonly hub?: string;
  readonly json?: boolean;
}
const plain = { style: { head: [], border: [] } };

export async function membersCommand(options: Options & { save?: string }): Promise<void> {
  const ctx = await context(options.state);
  const before = options.save === undefined ? undefined : await savedIn(options.save);
  const { file, entries } = await followDirectory(ctx.at, await hubUrl(ctx, options.hub), before);
  if (options.save) await writeFile(options.save, JSON.stringify(file));
  if (options.json) return void console.log(JSON.stringify(file, null, 2));
  const table = new Table({ head: ["id", "name", "roles", "node", "key (thumbprint)"], ...plain });
  const now = ctx.clock();
  const isNow = ({ use, from, until }: MemberKey) =>
    use === "member" && from <= now && (until === undefined || until >= now);
  for (const { id, name, roles, url, keys, left } of entries) {
    const kids = keys.filter(isNow).map(({ kid }) => kid);
    table.push([
      id,
      name.it,
      left === undefined ? roles.join(", ") : "left",
      url ?? "–",
      kids.join("\n"),
    ]);
  }
  console.log(table.toString());
  for (const { id, addresses = [] } of entries)
    for (const { role, address } of addresses) console.log(`${id}, ${role}: ${address}`);
}

export async function datasetsCommand(options: Options): Promise<void> {
  const ctx = await context(options.state);
  const body = (await fetchJson(`${await hubUrl(ctx, options.hub)}/v1/datasets`)) as {
    members: Offer[];
  };
  if (options.json) return void console.log(JSON.stringify(body, null, 2));
  const table = new Table({
    head: ["member", "dataset", "period", "kind", "data", "dimensions", "measures"],
    ...plain,
    wordWrap: true,
    colWidths: [12, 13, 8, 12, 6, 30, 44],
  });
  for (const { member, datasets, outcome } of body.members) {
    if (outcome) table.push([member, outcome, "", "", "", "", ""]);
    for (const { dataset, period, kind, origin, axes, fields } of datasets)
      table.push([
        member,
        dataset,
        period,
        kind,
        origin,
        axes.map(({ id }) => id).join(", "),
        fields.map(({ id }) => id).join(", "),
      ]);
  }
  console.log(table.toString());
}
interface Offer {
  readonly member: string;
  readonly outcome?: string;
  readonly datasets: readonly {
    readonly dataset: string;
    readonly period: string;
    readonly kind: string;
    readonly origin: string;
    readonly axes: readonly { readonly id: string }[];
    readonly fields: readonly { readonly id: string }[];
  }[];
}

export async function agreementsCommand(options: Options): Promise<void> {
  const ctx = await context(options.state);
  const body = await registerAt(await hubUrl(ctx, options.hub));
  if (options.json) return void console.log(JSON.stringify(body, null, 2));
  console.log(registerTable(body.agreements));
}

export function registerTable(agreements: readonly Registered[]): string {
  const table = new Table({
    head: [
      "agreement (consumer/provider/dataset/n)",
      "purpose",
      "until",
      "state",
      "answers today",
      "in all",
    ],
    ...plain,
  });
  for (const { id, purpose, until, state, inForce, awaits, answers } of agreements) {
    const stands =
      state === "proposed"
        ? `proposed: ${awaits.join(", ")} to sign`
        : state === "in-force" && !inForce
          ? "in-force, a party left"
          : state;
    table.push([
      id,
      purpose.id,
      dayOf(until),
      stands,
      `${answers.today} of ${answers.aDay}`,
      answers.total,
    ]);
  }
  return table.toString();
}
