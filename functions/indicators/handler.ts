/** Indicators and practice cards: what is kept proves itself by its signature, so no token is asked for. Wiring only. */
import * as z from "zod";
import type { Clock, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { MemberId, Slug } from "../../schemas/words.ts";
import { type Edge, json } from "../edge/http.ts";
import { serving } from "../edge/serving.ts";
import type { Log } from "../log/append.ts";
import type { Directory } from "../members/directory.ts";
import { accept, indicatorBook, type KeysOf, listIndicators, propose } from "./definitions.ts";
import { listPractices, storePractice } from "./practices.ts";

export interface IndicatorsDeps {
  readonly store: Store;
  readonly directory: Pick<Directory, "get">;
  readonly clock: Clock;
  readonly log: Log;
}
const Signed = z.strictObject({ signed: z.literal("true").optional() });
const Asked = z.strictObject({ indicator: Slug.optional(), member: MemberId.optional() });

export function edge({ store, directory, clock, log }: IndicatorsDeps): Edge {
  const keysOf: KeysOf = async (member) => {
    const entry = await directory.get(member);
    if (entry === undefined) throw new Refused("unknown-member", member);
    return entry.keys;
  };
  return serving("indicators", {
    indicators: async (event) => {
      const { signed } = Signed.parse(event.queryStringParameters ?? {});
      return json(signed === undefined ? await listIndicators(store) : await indicatorBook(store));
    },
    proposeIndicator: async (_, body) => {
      const sent = body();
      const now = clock();
      if ("proposal" in sent) {
        const { iss, definition } = await propose(store, sent.proposal, keysOf, now);
        await log.append(
          "indicator",
          {
            member: iss,
            indicator: definition.id,
            version: definition.version,
            state: "proposed",
          },
          now,
        );
        return json({ v: 1, id: definition.id, version: definition.version }, 201);
      }
      const { iss, accepted } = await accept(store, sent.acceptance, keysOf, now);
      await log.append(
        "indicator",
        { member: iss, accepted: accepted.length, state: "accepted" },
        now,
      );
      return json({ v: 1, accepted: accepted.length });
    },
    practices: async (event) =>
      json(await listPractices(store, Asked.parse(event.queryStringParameters ?? {}))),
    enterPractice: async (_, body) => {
      const now = clock();
      const { iss, id, version } = await storePractice(store, body().practice, keysOf, now);
      await log.append("practice", { member: iss, practice: id, version }, now);
      return json({ v: 1, id, version }, 201);
    },
  });
}
