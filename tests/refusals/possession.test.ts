/**
 * Proofs for another call, stolen tokens, other purposes and agreements, and what was used before, over real HTTP; each row beside its
 * honest twin.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { proofFor } from "../../functions/access/dpop.ts";
import {
  ADA,
  BEA,
  CLEO,
  makeStage,
  OTHER_PURPOSE,
  type Row,
  rows,
  type Stage,
  wasTaken,
} from "../world/honest.ts";
import { expectProblem } from "../world/http.ts";
import { purposeId } from "../world/machine.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await makeStage();
});
afterAll(() => stage.world.close());

const proof = (change: object = {}, signer = stage.ada.signer, at = stage.now()) =>
  proofFor({ method: "POST", url: stage.tokenUrl, ...change }, signer, at);
/** Asks Ada's question, forwarded as the hub would. */
const forwarded = async (question: object = {}, envelope: object = {}) =>
  stage.answer(await stage.forwarded(await stage.signedQuestion(question), envelope));

describe("a proof of possession", () => {
  const at = (
    url: () => string,
    method: string,
    call: (token: string, dpop: string) => Promise<Response>,
    token: () => Promise<string>,
  ): Row[] => {
    const made = async (change: object, by = stage.ada.signer) => {
      const bound = await token();
      return call(
        bound,
        await proofFor({ method, url: url(), token: bound, ...change }, by, stage.now()),
      );
    };
    return [
      ["of another method", (lie) => made(lie ? { method: "PUT" } : {}), "proof-invalid"],
      ["of another path", (lie) => made(lie ? { url: `${url()}x` } : {}), "proof-invalid"],
      [
        "of another host",
        (lie) => made(lie ? { url: url().replace("127.0.0.1", "localhost") } : {}),
        "proof-invalid",
      ],
      [
        "of another token",
        async (lie) => made(lie ? { token: await token() } : {}),
        "proof-invalid",
      ],
      ["of no token", (lie) => made(lie ? { token: undefined } : {}), "proof-invalid"],
      ["of the thief's key", (lie) => made({}, lie ? stage.cleo : undefined), "proof-invalid"],
    ];
  };
  describe("at the hub", () =>
    rows(
      at(
        () => stage.unlinkUrl,
        "DELETE",
        (token, dpop) => stage.unlink(token, dpop),
        () => stage.token(),
      ),
    ));
  describe("at a node", () =>
    rows(
      at(
        () => stage.takeUrl,
        "GET",
        (token, dpop) => stage.take(token, dpop),
        () => stage.nodeToken(),
      ),
    ));
  describe("with an assertion", () =>
    rows([
      [
        "of another method",
        async (lie) =>
          stage.requestToken(
            await stage.signedAssertion(),
            await proof(lie ? { method: "GET" } : {}),
          ),
        "proof-invalid",
      ],
      [
        "of another path",
        async (lie) =>
          stage.requestToken(
            await stage.signedAssertion(),
            await proof(lie ? { url: `${stage.tokenUrl}x` } : {}),
          ),
        "proof-invalid",
      ],
      [
        "of a token, where there is none",
        async (lie) =>
          stage.requestToken(
            await stage.signedAssertion(),
            await proof(lie ? { token: "a.b.c" } : {}),
          ),
        "proof-invalid",
      ],
      [
        "of the thief's key",
        async (lie) =>
          stage.requestToken(
            await stage.signedAssertion(),
            await proof({}, lie ? stage.cleo : undefined),
          ),
        "proof-invalid",
      ],
    ]));
});

describe("a stolen token", () => {
  rows([
    [
      "as a bearer token",
      async (lie) =>
        stage.ask(await stage.signedQuestion(), await stage.token(), lie ? "Bearer" : "DPoP"),
      "token-missing",
    ],
    [
      "with the thief's question",
      async (lie) =>
        stage.ask(
          await stage.signedQuestion({}, lie ? stage.cleo : undefined),
          await stage.token(),
        ),
      "signature-invalid",
    ],
    [
      "with the thief's question in the thief's name",
      async (lie) =>
        stage.ask(
          lie
            ? await stage.signedQuestion({ iss: CLEO }, stage.cleo)
            : await stage.signedQuestion(),
          await stage.token(),
        ),
      "signature-invalid",
    ],
    [
      "bound by its thief",
      async (lie) =>
        stage.ask(
          await stage.signedQuestion(),
          await stage.token({ cnf: { jkt: (lie ? stage.cleo : stage.ada.signer).kid } }),
        ),
      "token-key-mismatch",
    ],
    [
      "bound by its thief, at a node",
      async (lie) => {
        const thief = lie ? stage.cleo : stage.ada.signer;
        const token = await stage.nodeToken({ cnf: { jkt: thief.kid } });
        return stage.take(
          token,
          await proofFor({ method: "GET", url: stage.takeUrl, token }, thief, stage.now()),
        );
      },
      "token-key-mismatch",
    ],
  ]);
});

describe("what was agreed", () => {
  rows([
    [
      "a token for another purpose",
      async (lie) =>
        stage.ask(
          await stage.signedQuestion(),
          await stage.token({ purposeId: lie ? OTHER_PURPOSE : purposeId }),
        ),
      "purpose-denied",
    ],
    [
      "a token for another purpose, at a node",
      async (lie) =>
        stage.take(await stage.nodeToken({ purposeId: lie ? OTHER_PURPOSE : purposeId })),
      "purpose-denied",
    ],
    [
      "a question for another purpose, at a node",
      (lie) => forwarded({ purposeId: lie ? OTHER_PURPOSE : purposeId }),
      "purpose-denied",
    ],
    [
      "a question altered after it was signed",
      async (lie) => stage.ask(altered(await stage.signedQuestion(), lie), await stage.token()),
      "signature-invalid",
    ],
    [
      "a question altered on its way to a node",
      async (lie) =>
        stage.answer(await stage.forwarded(altered(await stage.signedQuestion(), lie))),
      "signature-invalid",
    ],
    [
      "the agreement of another pair",
      async (lie) =>
        stage.answer(
          await stage.forwarded(
            lie
              ? await stage.signedQuestion({ iss: CLEO }, stage.cleo)
              : await stage.signedQuestion(),
          ),
        ),
      "no-agreement",
    ],
    [
      "the agreement of another pair, put in one's own place",
      async (lie) => {
        const store = await stage.world.store(BEA);
        for await (const item of store.query("answer#agreement", { prefix: `aiuti#${ADA}#` }))
          await store.put({ ...item, sk: item.sk.replace(ADA, CLEO) });
        return stage.answer(
          await stage.forwarded(
            lie
              ? await stage.signedQuestion({ iss: CLEO }, stage.cleo)
              : await stage.signedQuestion(),
          ),
        );
      },
      "no-agreement",
    ],
  ]);
});

/** The first name of the payload in another letter's place: the same question by other words. */
function altered(jws: string, lie: boolean): string {
  const [header, payload, signature] = jws.split(".") as [string, string, string];
  const text = Buffer.from(payload, "base64url").toString();
  return [
    header,
    Buffer.from(lie ? text.replace('"by":[]', '"by":["sex"]') : text).toString("base64url"),
    signature,
  ].join(".");
}

describe("of a hundred at once, exactly one passes", () => {
  const crowds: [string, () => Promise<() => Promise<Response>>][] = [
    [
      "an assertion",
      async () => {
        const assertion = await stage.signedAssertion();
        return () => stage.requestToken(assertion);
      },
    ],
    [
      "a proof with an assertion",
      async () => {
        const dpop = await proof();
        return async () => stage.requestToken(await stage.signedAssertion(), dpop);
      },
    ],
    [
      "a question",
      async () => {
        const [question, token] = [await stage.signedQuestion(), await stage.token()];
        return () => stage.ask(question, token);
      },
    ],
    [
      "a proof at the hub",
      async () => {
        const token = await stage.token();
        const dpop = await proofFor(
          { method: "DELETE", url: stage.unlinkUrl, token },
          stage.ada.signer,
          stage.now(),
        );
        return () => stage.unlink(token, dpop);
      },
    ],
    [
      "an envelope at a node",
      async () => {
        const envelope = await stage.forwarded(await stage.signedQuestion());
        return () => stage.answer(envelope);
      },
    ],
    [
      "a proof at a node",
      async () => {
        const token = await stage.nodeToken();
        const dpop = await proofFor(
          { method: "GET", url: stage.takeUrl, token },
          stage.ada.signer,
          stage.now(),
        );
        return () => stage.take(token, dpop);
      },
    ],
  ];
  test.each(crowds)("%s", async (_, make) => {
    const call = await make();
    const replies = await Promise.all(Array.from({ length: 100 }, call));
    const refused = replies.filter((reply) => !wasTaken(reply));
    expect(refused).toHaveLength(99);
    for (const reply of refused) await expectProblem(reply, "replayed");
  });
});
