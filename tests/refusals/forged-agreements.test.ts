/**
 * Every forgery of a signature under an agreement, and of what a party says of one later, at the hub and at the node, over real HTTP:
 * each beside its honest twin. Then what needs no forgery: the agreement of another pair, with one party's signature twice, by keys that are not its own.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keyOf } from "../../adapters/local/members.ts";
import { EVENT, termsOf } from "../../functions/agreements/agreement-events.ts";
import { draftAgreement, signAgreement } from "../../functions/agreements/agreements.ts";
import { type Agreement, GeneralJws } from "../../schemas/agreement.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import type { Signer } from "../../schemas/ports.ts";
import { entryOf, type Side } from "../world/agreeing.ts";
import { expectNoneTaken, type Place } from "../world/forging.ts";
import { ADA, BEA, CLEO, makeStage, rows, type Stage } from "../world/honest.ts";
import { post } from "../world/http.ts";

let stage: Stage;
let entries: Readonly<Record<string, DirectoryEntry>>;
let bea: Signer;
beforeAll(async () => {
  stage = await makeStage();
  const of = async (id: string) => entryOf({ state: stage.world.at.root, id } satisfies Side);
  entries = { [ADA]: await of(ADA), [BEA]: await of(BEA), [CLEO]: await of(CLEO) };
  bea = await keyOf(stage.world.at, BEA, "member");
});
afterAll(() => stage.world.close());

let drafts = 0;
/** Between these two, on a dataset of which nobody has spoken yet. */
const draft = (consumer = ADA as string, provider = BEA as string): Agreement => {
  const parties = { consumer: entries[consumer]!, provider: entries[provider]! };
  return draftAgreement(
    { ...parties, dataset: `dataset-${++drafts}`, number: 1, from: 0, until: stage.now() + 86_400 },
    consumer,
    stage.now(),
  );
};
const send = (url: string, agreement: GeneralJws, events: readonly string[] = []) =>
  post(`${url}/v1/agreements`, JSON.stringify({ v: 1, agreement, events }), "application/json");
const toHub = (agreement: GeneralJws, events?: readonly string[]) =>
  send(stage.federation.hub, agreement, events);
const toNode = (agreement: GeneralJws, events?: readonly string[]) =>
  send(stage.beaUrl, agreement, events);

/** A compact signature as one of several over the same payload (RFC 7515, 7.2.1), whatever it is made of. */
function general(jws: string): GeneralJws {
  const [header = "", payload = "", ...rest] = jws.split(".");
  return { payload, signatures: [{ protected: header, signature: rest.join(".") }] };
}
/** The other party's honest signature beside it. */
const both = async (jws: string, other: Signer): Promise<GeneralJws> => {
  const one = general(jws);
  return GeneralJws.safeParse(one).success ? signAgreement(other, one) : one;
};

const agreement = {
  typ: "tavolo-agreement+jws",
  reasons: ["signature-invalid", "body-invalid"],
} as const;
// what was altered may no longer follow on what was said before
const event = { typ: EVENT, reasons: ["signature-invalid", "body-invalid", "conflict"] } as const;
/** What is signed by both already, by the event that is about it. */
const agreed = new Map<object, GeneralJws>();
async function suspension(keep: (jws: GeneralJws) => Promise<Response>): Promise<object> {
  const jws = await signAgreement(bea, await signAgreement(stage.ada.signer, draft()));
  expect((await keep(jws)).status).toBe(200);
  const { id } = JSON.parse(Buffer.from(jws.payload, "base64url").toString()) as Agreement;
  const said = {
    v: 1,
    iss: ADA,
    iat: stage.now(),
    agreement: id,
    terms: termsOf(jws),
    number: 1,
    what: "suspend",
  };
  agreed.set(said, jws);
  return said;
}

const places: Readonly<Record<string, Place>> = {
  "a proposal at the hub": {
    ...agreement,
    signer: () => stage.ada.signer,
    payload: () => draft(),
    send: (jws) => toHub(general(jws)),
  },
  "a second signature at the hub": {
    ...agreement,
    signer: () => bea,
    payload: async () => {
      const terms = draft();
      expect((await toHub(await signAgreement(stage.ada.signer, terms))).status).toBe(200);
      return terms;
    },
    send: (jws) => toHub(general(jws)),
    // terms that were altered are other terms under the same name
    reasons: ["signature-invalid", "body-invalid", "conflict"],
  },
  "a consumer's signature at a node": {
    ...agreement,
    signer: () => stage.ada.signer,
    payload: () => draft(),
    send: async (jws) => toNode(await both(jws, bea)),
  },
  "what is said of an agreement, at the hub": {
    ...event,
    signer: () => stage.ada.signer,
    payload: () => suspension(toHub),
    send: (jws, said) => toHub(agreed.get(said)!, [jws]),
  },
  "what is said of an agreement, at a node": {
    ...event,
    signer: () => stage.ada.signer,
    payload: () => suspension(toNode),
    send: (jws, said) => toNode(agreed.get(said)!, [jws]),
  },
};

describe.each(Object.entries(places))("%s", (_, place) => {
  test("no forgery is taken, and every honest twin is", () => expectNoneTaken(place, stage.cleo));
});

describe("an agreement at a node", () => {
  const signed = async (terms: Agreement, ...signers: Signer[]) => {
    let jws = await signAgreement(signers[0]!, terms);
    for (const signer of signers.slice(1)) jws = await signAgreement(signer, jws);
    return jws;
  };
  rows([
    [
      "of another pair",
      async (lie) =>
        toNode(
          await signed(lie ? draft(ADA, CLEO) : draft(), stage.ada.signer, lie ? stage.cleo : bea),
        ),
      "body-invalid",
    ],
    [
      "signed by its consumer alone",
      async (lie) => toNode(await signed(draft(), stage.ada.signer, ...(lie ? [] : [bea]))),
      "signature-invalid",
    ],
    [
      "signed by its consumer twice",
      async (lie) => toNode(await signed(draft(), stage.ada.signer, lie ? stage.ada.signer : bea)),
      "signature-invalid",
    ],
    [
      "signed by somebody else for the provider",
      async (lie) => toNode(await signed(draft(), stage.ada.signer, lie ? stage.cleo : bea)),
      "signature-invalid",
    ],
    [
      "signed by the hub for the consumer",
      async (lie) => toNode(await signed(draft(), lie ? stage.hubKey : stage.ada.signer, bea)),
      "signature-invalid",
    ],
    [
      "that pins somebody else's key for the provider",
      async (lie) => {
        const terms = draft();
        const keys = [
          { kid: stage.cleo.kid, use: "member", jwk: stage.cleo.jwk, from: 0 } as const,
        ];
        return toNode(
          await signed(
            lie ? { ...terms, provider: { ...terms.provider, keys } } : terms,
            stage.ada.signer,
            lie ? stage.cleo : bea,
          ),
        );
      },
      "signature-invalid",
    ],
    [
      "of later",
      async (lie) =>
        toNode(
          await signed({ ...draft(), iat: stage.now() + (lie ? 65 : 50) }, stage.ada.signer, bea),
        ),
      "expired",
    ],
  ]);
});
