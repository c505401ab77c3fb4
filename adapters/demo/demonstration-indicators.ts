/** What the members of the demonstration say of indicators: definitions proposed by one, accepted by all, and a few practice cards. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type * as z from "zod";
import { cities } from "../../docs/demo/cities.ts";
import {
  accept,
  digestOf,
  type KeysOf,
  listIndicators,
  propose,
} from "../../functions/indicators/definitions.ts";
import { listPractices, storePractice } from "../../functions/indicators/practices.ts";
import { directory } from "../../functions/members/directory.ts";
import { signCompact } from "../../functions/signing/jws.ts";
import { Indicator } from "../../schemas/indicator.ts";
import type { Clock, Store } from "../../schemas/ports.ts";
import { type Acceptance, Practice, type Proposal } from "../../schemas/practice.ts";
import { MemberId } from "../../schemas/words.ts";
import { keyOf } from "../local/members.ts";
import type { Paths } from "../local/state.ts";

const DEMO = join(import.meta.dirname, "../../docs/demo");
/** Who proposes them: the city that asks the first question. */
const PROPOSER = "IT-028060";
const Card = Practice.omit({ v: true, iss: true, iat: true }).extend({ member: MemberId });

async function read<T>(folder: string, schema: z.ZodType<T>): Promise<T[]> {
  const names = (await readdir(join(DEMO, folder))).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(
    names.map(async (name) =>
      schema.parse(JSON.parse(await readFile(join(DEMO, folder, name), "utf8"))),
    ),
  );
}

/** The definitions of docs/demo/indicators. */
export const demonstrationDefinitions = (): Promise<Indicator[]> => read("indicators", Indicator);

/** At the hub, once: what is there already is left as it is. The members' entries are in the directory by then. */
export async function demonstrationIndicators(at: Paths, hub: Store, clock: Clock): Promise<void> {
  const members = directory(hub);
  const keysOf: KeysOf = async (member) => (await members.get(member))?.keys ?? [];
  const now = clock();
  const definitions = await demonstrationDefinitions();
  const held = (await listIndicators(hub)).indicators;
  const there = new Set(held.map(({ definition }) => `${definition.id} ${definition.version}`));
  const isThere = ({ id, version }: Indicator) => there.has(`${id} ${version}`);
  const proposer = await keyOf(at, PROPOSER, "member");
  for (const definition of definitions.filter((one) => !isThere(one))) {
    const proposal: Proposal = { v: 1, iss: PROPOSER, iat: now, definition };
    await propose(hub, await signCompact(proposer, "tavolo-indicator+jws", proposal), keysOf, now);
  }
  if (!definitions.every(isThere)) {
    const accepted = definitions.map((one) => ({
      id: one.id,
      version: one.version,
      digest: digestOf(one),
    }));
    for (const { id } of cities) {
      const acceptance: Acceptance = { v: 1, iss: id, iat: now, accepted };
      await accept(
        hub,
        await signCompact(await keyOf(at, id, "member"), "tavolo-acceptance+jws", acceptance),
        keysOf,
        now,
      );
    }
  }
  const cards = new Set(
    (await listPractices(hub)).practices.map(({ member, id }) => `${member}#${id}`),
  );
  for (const { member, ...card } of await read("practices", Card)) {
    if (cards.has(`${member}#${card.id}`)) continue;
    const signed: Practice = { v: 1, iss: member, iat: now, ...card };
    await storePractice(
      hub,
      await signCompact(await keyOf(at, member, "member"), "tavolo-practice+jws", signed),
      keysOf,
      now,
    );
  }
}
