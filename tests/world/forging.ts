/** Sends every forgery of tests/world/forge.ts to one place that takes signed messages, and after each its honest twin. */
import { expect } from "vitest";
import type { Typ } from "../../functions/signing/jws.ts";
import type { Signer } from "../../schemas/ports.ts";
import type { Reason } from "../../schemas/refusal.ts";
import { forge, forgeries } from "./forge.ts";
import { wasTaken } from "./honest.ts";
import { expectProblem } from "./http.ts";

export interface Place {
  readonly typ: Typ;
  readonly signer: () => Signer;
  /** A payload that is good once. */
  readonly payload: () => object | Promise<object>;
  readonly send: (jws: string, payload: object) => Promise<Response>;
  readonly reasons: readonly Reason[];
  /** A header of HTTP can carry no line break, and loses blanks at its end: these forgeries never arrive. */
  readonly inHeader?: boolean;
}
/** Kinds that a message may pretend to be, besides those in tests/world/forge.ts. */
const TYPS: readonly Typ[] = [
  ...([
    "tavolo-member+jws",
    "tavolo-suspension+jws",
    "tavolo-agreement+jws",
    "tavolo-release+jws",
    "tavolo-query+jws",
  ] as const),
  ...([
    "tavolo-ask+jws",
    "tavolo-partial+jws",
    "tavolo-statement+jws",
    "tavolo-head+jws",
    "tavolo-practice+jws",
  ] as const),
  ...([
    "tavolo-indicator+jws",
    "tavolo-acceptance+jws",
    "client-assertion+jwt",
    "at+jwt",
    "dpop+jwt",
    "tavolo-session+jws",
  ] as const),
];
const ownerOf = (typ: Typ, { kid, jwk }: Signer) => (typ === "dpop+jwt" ? { jwk } : { kid });
const lost = ["a blank behind it", "a line break in the signature"];

function forgedFor(
  { typ, signer, inHeader }: Place,
  payload: object,
  thief: Signer,
): [string, () => Promise<string>][] {
  const named = typ === "dpop+jwt" ? "jwk" : "kid";
  const all = forgeries({ signer: signer(), typ, payload, thief, named });
  const disguised = TYPS.filter((other) => other !== typ).map(
    (other): [string, () => Promise<string>] => [
      `typ ${other}`,
      () => forge(signer(), { alg: "ES256", typ: other, ...ownerOf(typ, signer()) }, payload),
    ],
  );
  return [...all, ...disguised].filter(([name]) => inHeader !== true || !lost.includes(name));
}

/** Every forgery is refused with a problem of its place, and its twin, of the very same payload, is taken there. */
export async function expectNoneTaken(place: Place, thief: Signer): Promise<void> {
  const count = forgedFor(place, await place.payload(), thief).length;
  expect(count).toBeGreaterThan(70);
  const wrong: string[] = [];
  for (let at = 0; at < count; at++) {
    const payload = await place.payload();
    const [name, made] = forgedFor(place, payload, thief)[at]!;
    const response = await place.send(await made(), payload);
    const reason = await reasonOf(response);
    if (!place.reasons.includes(reason as Reason)) wrong.push(`${name}: ${reason}`);
    else await expectProblem(response, reason as Reason);
    const honest = await forge(
      place.signer(),
      { alg: "ES256", typ: place.typ, ...ownerOf(place.typ, place.signer()) },
      payload,
    );
    const twin = await place.send(honest, payload);
    if (!wasTaken(twin)) wrong.push(`the twin of ${name}: ${await reasonOf(twin)}`);
  }
  expect(wrong).toEqual([]);
}

async function reasonOf(response: Response): Promise<string> {
  if (response.ok) return "taken";
  const { type = "" } = (await response.clone().json()) as { type?: string };
  return type.slice("urn:tavolo:refusal:".length);
}
