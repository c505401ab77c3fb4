/**
 * The load generator, in a process of its own: so many requests at a time, each body once, until all are answered; to this machine
 * alone. Its orders come on standard input, what it saw goes to standard output, both as one JSON. `node load.ts`
 */
import { json } from "node:stream/consumers";
import { abreast } from "./abreast.ts";

export interface Orders {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly string[];
  readonly atOnce: number;
}

const { url, headers, bodies, atOnce } = (await json(process.stdin)) as Orders;
if (new URL(url).hostname !== "127.0.0.1") throw new Error("this machine alone is asked");

async function send(body: string): Promise<void> {
  const response = await fetch(url, { method: "POST", headers, body });
  const text = await response.text();
  // GraphQL says in the body what went wrong
  if (!response.ok || text.startsWith('{"errors"'))
    throw new Error(`${response.status}: ${text.slice(0, 500)}`);
}

const run = await abreast(
  atOnce,
  bodies.map((body) => () => send(body)),
);
console.log(JSON.stringify(run));
