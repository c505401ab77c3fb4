/**
 * The dates of everything observable: a node that corrects its figures when somebody withdraws says when, and whoever knows of
 * the day knows who. The attacker looks at all that a node shows in public, every few days; the control is a node without that
 * one defence, which makes a release upon each withdrawal.
 */

import { correct } from "../../../functions/account/terms.ts";
import { release } from "../../../functions/release/release.ts";
import { sha256 } from "../../../functions/signing/jws.ts";
import type { Manifest } from "../../../schemas/release.ts";
import { type Arena, CITY, type Node } from "../arena.ts";
import { fileOf, others, PERIOD, target, twice } from "../data.ts";
import { type Stage, toss } from "../stage.ts";

const WITHDRAWN = "2026-05-10";
const LOOKS = ["2026-05-09", "2026-05-11", "2026-05-20", "2026-06-29"];

export const dates: Stage = {
  name: "dates",
  lines: [
    {
      name: "dates",
      about: {
        en: "whether she withdrew, from whatever changes at the node",
        it: "se ha revocato il consenso, da ciò che cambia nel nodo",
      },
      guessing: 0.5,
      bound: 0.5,
      trials: 60,
    },
  ],
  async open(arena) {
    const rows = await arena.ingest(twice(), fileOf([...others, target]));
    return async (guarded) => {
      const leaves = toss() === 1;
      arena.day = "2026-04-01";
      const node = await arena.node(rows, { ingest: true });
      const manifest = await node.release(true);
      const seen: string[] = [];
      for (const day of LOOKS) {
        if (day > WITHDRAWN && seen.length === 1 && leaves) {
          arena.day = WITHDRAWN;
          await arena.withdraw(node, [target.id]);
          if (!guarded) await atOnce(node);
        }
        arena.day = day;
        seen.push(await look(arena, manifest));
      }
      arena.day = "2026-07-01";
      // the date of the second release is that of the calendar, whoever left
      const second = guarded ? await node.release(true) : undefined;
      const changed =
        seen.some((state) => state !== seen[0]) ||
        (second !== undefined && second.iat < Date.parse("2026-07-01") / 1000);
      return new Map([["dates", changed === leaves]]);
    };
  },
};

/** A release off the calendar: a node that signs for one whenever somebody withdraws. */
async function atOnce({ releasing, dataset }: Node): Promise<Manifest> {
  const terms = { dataset, period: PERIOD, points: 5, reason: "somebody withdrew: a bad reason" };
  await correct(releasing.store, terms, async () => "a.b.c", releasing.clock());
  return release(releasing, { dataset, period: PERIOD });
}

/** Everything that a node shows: status, headers and bytes of its public addresses and of the cube. */
async function look(arena: Arena, { id, dataset }: Manifest): Promise<string> {
  const url = arena.url(CITY);
  const paths = [
    "/v1/releases",
    `/v1/accounts/${PERIOD}`,
    ...[1, 2].map((number) => `/v1/releases/${dataset}/${PERIOD}/${number}/manifest`),
  ];
  const pages = await Promise.all(
    paths.map(async (path) => {
      const response = await fetch(`${url}${path}`);
      const headers = [...response.headers].filter(([name]) => name !== "date");
      return JSON.stringify([path, response.status, headers, await response.text()]);
    }),
  );
  const cube = await arena.take({ id, iss: CITY }).then(sha256, (error: Error) => error.message);
  return [...pages, cube].join("\n");
}
