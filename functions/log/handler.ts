/**
 * The log as anybody may read it: heads, hashes and proofs. What an entry says is shown to whoever names it as its receipt does;
 * its salt keeps everybody else from trying out what it may say.
 */
import { timingSafeEqual } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod";
import type { Logged } from "../../schemas/items/log.ts";
import {
  type Consistency,
  ENTRIES_AT_MOST,
  type Inclusion,
  type LogEntries,
} from "../../schemas/log.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { Digest } from "../../schemas/words.ts";
import { type Edge, json } from "../edge/http.ts";
import { serving } from "../edge/serving.ts";
import { sha256 } from "../signing/jws.ts";
import { verifyInclusion } from "./merkle.ts";
import {
  consistencyPath,
  entryAt,
  type Head,
  inclusionPath,
  leavesIn,
  placeOf,
  readHead,
} from "./tree.ts";

export interface LogDeps {
  readonly store: Store;
  /** Places what waits, and gives the head: who asks need not wait for the next time that the sequencer runs by itself. */
  readonly sequence: () => Promise<Head>;
}

const Size = z.coerce.number().int().min(0);
/** One parameter of the address. Throws `Refused` body-invalid. */
function parameter<T>(
  { queryStringParameters }: APIGatewayProxyEventV2,
  name: string,
  schema: z.ZodType<T>,
): T {
  const read = schema.safeParse(queryStringParameters?.[name] || undefined);
  if (!read.success)
    throw new Refused("body-invalid", `${name} is missing, or is not what it should be`);
  return read.data;
}
const sizeIn = (size: number, head: Head): number => {
  if (size > head.size) throw new Refused("not-found", `the log has ${head.size} entries`);
  return size;
};

export function edge({ store, sequence }: LogDeps): Edge {
  const now = () => readHead(store, "log");
  return serving("log", {
    logHead: async () => json({ v: 1, head: (await sequence()).jws }),
    logEntries: async (event) => {
      const head = await now();
      const from = sizeIn(parameter(event, "from", Size), head);
      const to = Math.min(sizeIn(parameter(event, "to", Size), head), from + ENTRIES_AT_MOST);
      const entries = await leavesIn(store, "log", head, { from, to });
      return json({
        v: 1,
        from,
        entries: entries.map(({ stored, leaf }) => ({ stored, leaf })),
      } satisfies LogEntries);
    },
    logInclusion: async (event) => {
      const leaf = parameter(event, "leaf", Digest);
      const named = parameter(event, "entry", z.string().max(64).optional());
      const head = await now();
      const size = sizeIn(parameter(event, "size", Size.optional()) ?? head.size, head);
      const index = await placeOf(store, "log", head, leaf);
      if (index === undefined || index >= size)
        throw new Refused("not-found", "no entry of this log, of this size, has this hash");
      const path = await inclusionPath(store, "log", head, index, size);
      // what proves nothing is not handed out as a proof
      if (size === head.size && !verifyInclusion(leaf, index, size, path, head.root))
        throw new Refused("log-damaged");
      const shown =
        named === undefined ? undefined : shownTo(named, await entryAt(store, "log", index));
      return json({ v: 1, leaf, index, size, path, ...shown } satisfies Inclusion);
    },
    logConsistency: async (event) => {
      const head = await now();
      const [from, to] = [
        parameter(event, "from", Size),
        sizeIn(parameter(event, "to", Size), head),
      ];
      if (from > to) throw new Refused("body-invalid", "from is at most to");
      return json({
        v: 1,
        from,
        to,
        path: await consistencyPath(store, "log", head, from, to),
      } satisfies Consistency);
    },
  });
}

/** The id is 128 random bits that stand in the receipt alone. */
const shownTo = (named: string, logged: Logged | undefined) =>
  logged !== undefined &&
  timingSafeEqual(Buffer.from(sha256(logged.id)), Buffer.from(sha256(named)))
    ? { entry: logged.entry, salt: logged.salt }
    : undefined;
