/**
 * Looks through what a run wrote (tests/setup/traces.ts) for what no log line, error or trace may hold: tokens and what they are made
 * from, private keys, pseudonyms, identifiers of persons. Says what kind, and where; never the value.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { finder } from "./scanner.ts";

/** Whoever has one of these can do something with it, or nobody but the one it was for should see it. */
const TOKENS = [
  "at+jwt",
  "application/at+jwt",
  "client-assertion+jwt",
  "dpop+jwt",
  "tavolo-ask+jws",
  "JWT",
];
/** Rows of tests/world/small.ts: the code that stands for an identifier, and the surname beside it. */
const INVENTED = /\bCF\d{6}\b|Canarino\d/;
const PRIVATE_KEY = /"d"\s*:\s*"[A-Za-z0-9_-]{43}"|BEGIN (EC |RSA )?PRIVATE KEY/;
/** The demonstration's way in, printed for whoever started it: made data, on this machine alone (docs/how-to/use-the-client.md). */
const SIGNIN = /http:\/\/127\.0\.0\.1:\d+\/#signin=[A-Za-z0-9_-]+/g;
const DEEPEST = 3;
const taxCodes = finder([]);

/** Kinds of what is in a text that must not be, inside base64 and signed things too. `signed` says whether anything signed may be. */
export function leaksOf(
  written: string,
  secrets: ReadonlyMap<string, string>,
  signed: boolean,
  deep = DEEPEST,
): Set<string> {
  const text = deep === DEEPEST ? written.replaceAll(SIGNIN, "") : written;
  const kinds = new Set<string>();
  if (PRIVATE_KEY.test(text)) kinds.add("private key");
  if (INVENTED.test(text) || taxCodes(text).length > 0) kinds.add("identifier");
  for (const [jws] of text.matchAll(/eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*/g)) {
    const typ = typOf(jws);
    if (typ !== undefined && TOKENS.includes(typ)) kinds.add(`token (${typ})`);
    else if (!signed) kinds.add("something signed");
  }
  for (const pattern of [/[A-Za-z0-9_-]{16,}/g, /[A-Za-z0-9+/]{16,}/g])
    for (const [run] of text.matchAll(pattern)) {
      const kind = secrets.get(run);
      if (kind !== undefined) kinds.add(kind);
      else if (deep > 0 && run.length >= 40)
        for (const inner of leaksOf(decoded(run), secrets, signed, deep - 1)) kinds.add(inner);
    }
  return kinds;
}

/** Text in base64, where that is what it is: anything else holds nothing that could be read. */
function decoded(run: string): string {
  const text = Buffer.from(run, "base64url").toString("utf8");
  return /^[\t\n\r\x20-\x7e\u00a0-\uffef]+$/.test(text) ? text : "";
}

function typOf(jws: string): string | undefined {
  try {
    return (JSON.parse(Buffer.from(jws.split(".")[0]!, "base64url").toString()) as { typ?: string })
      .typ;
  } catch {
    return undefined;
  }
}

export interface Look {
  readonly leaks: readonly string[];
  readonly streams: number;
  readonly secrets: number;
}

export async function leaksIn(folder: string): Promise<Look> {
  const names = (await readdir(folder)).sort();
  const secrets = new Map<string, string>();
  for (const name of names.filter((one) => one.endsWith(".secrets")))
    for (const line of (await readFile(join(folder, name), "utf8")).trim().split("\n")) {
      const [kind = "", value = ""] = line.split(" ");
      secrets.set(value, kind === "key" ? "private key" : kind);
    }
  const leaks: string[] = [];
  const written = names.filter((name) => !name.endsWith(".secrets"));
  for (const name of written) {
    const text = await readFile(join(folder, name), "utf8");
    const end = text.indexOf("\n");
    for (const kind of leaksOf(text.slice(end + 1), secrets, name.endsWith(".out")))
      leaks.push(`${kind} in ${text.slice(0, end)} (${name.split(".")[1]})`);
  }
  return { leaks: [...new Set(leaks)], streams: written.length, secrets: secrets.size };
}
