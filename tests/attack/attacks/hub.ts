/**
 * The hub as attacker. It passes questions on and signs envelopes, so it can try to ask in a consumer's name, to alter what was
 * asked, to send a question to a member whom it does not name, to ask an old question again, or to take a release with a token
 * that it gave itself. A node believes none of it: it checks the consumer's own signature by keys that the agreement pins
 * (end-to-end rather than hop by hop: Saltzer, Reed, Clark, ACM TOCS 2, 1984). The control is a node without that check.
 */

import { proofFor } from "../../../functions/access/dpop.ts";
import { agreementFor } from "../../../functions/answer/agreement.ts";
import { Asked, Envelope } from "../../../functions/answer/verify.ts";
import { planFor } from "../../../functions/disclosure/figure-plan.ts";
import { select } from "../../../functions/disclosure/select.ts";
import { binary, bodyOf, http, text } from "../../../functions/edge/http.ts";
import { freshId, signCompact } from "../../../functions/signing/jws.ts";
import type { Query } from "../../../schemas/query.ts";
import { Refused } from "../../../schemas/refusal.ts";
import type { Manifest } from "../../../schemas/release.ts";
import { type Arena, CITY, CONSUMERS, HUB, type Node, OTHER, PURPOSE } from "../arena.ts";
import { aiuti, fileOf, others, PERIOD, target } from "../data.ts";
import { type Stage, toss } from "../stage.ts";

export const hub: Stage = {
  name: "hub",
  lines: [
    {
      name: "hub",
      about: {
        en: "the hub forges, poses, alters, redirects, repeats, or takes a cube",
        it: "l'hub falsifica, si spaccia per altri, altera, devia, ripete o scarica",
      },
      guessing: 0,
      bound: 0,
      trials: 120,
    },
  ],
  async open(arena) {
    const rows = await arena.ingest(aiuti(), fileOf([...others, target]));
    return async (guarded) => {
      const node = await arena.node(rows);
      const manifest = await node.release(true);
      if (!guarded) arena.serve(CITY, credulous(node));
      const tricks = [forge, pose, alter, redirect, repeat, take];
      const response = await tricks[toss(tricks.length)]!(arena, node, manifest);
      return new Map([["hub", response.ok]]);
    };
  },
};

type Trick = (arena: Arena, node: Node, manifest: Manifest) => Promise<Response>;

/** `iat` is handed over: between two readings of a clock a second may begin. */
const question = (
  arena: Arena,
  node: Node,
  change: Partial<Query> = {},
  iat = arena.clock(),
): Query => ({
  v: 1,
  iss: CONSUMERS[0],
  aud: HUB,
  iat,
  exp: iat + 300,
  jti: freshId(),
  purposeId: PURPOSE.id,
  members: [CITY],
  dataset: node.dataset,
  period: PERIOD,
  measures: [{ count: "any" }],
  by: ["sex"],
  where: { age: ["0-17"] },
  ...change,
});
const byConsumer = async (arena: Arena, query: Query) =>
  signCompact(await arena.key(CONSUMERS[0], "member"), "tavolo-query+jws", query);

/** The hub's own envelope round a question: that it can always make. */
async function send(arena: Arena, query: string): Promise<Response> {
  const now = arena.clock();
  const envelope = { v: 1, iss: HUB, iat: now, aud: CITY, exp: now + 30, jti: freshId(), query };
  const body = await signCompact(await arena.key(HUB, "hub"), "tavolo-ask+jws", envelope);
  return fetch(`${arena.url(CITY)}/v1/answer`, {
    method: "POST",
    headers: { "content-type": "application/jose" },
    body,
  });
}

const forge: Trick = async (arena, node) =>
  send(
    arena,
    await signCompact(await arena.key(HUB, "hub"), "tavolo-query+jws", question(arena, node)),
  );

/** In the name of the very member whose node it is: own data need no agreement. */
const pose: Trick = async (arena, node) =>
  send(
    arena,
    await signCompact(
      await arena.key(HUB, "hub"),
      "tavolo-query+jws",
      question(arena, node, { iss: CITY }),
    ),
  );

/** Another filter in the consumer's bytes, under the consumer's signature. */
const alter: Trick = async (arena, node) => {
  const query = question(arena, node);
  const [head, , signature] = (await byConsumer(arena, query)).split(".");
  const other = Buffer.from(JSON.stringify({ ...query, where: { age: ["75+"] } })).toString(
    "base64url",
  );
  return send(arena, [head, other, signature].join("."));
};

const redirect: Trick = async (arena, node) =>
  send(arena, await byConsumer(arena, question(arena, node, { members: [OTHER] })));

/** A question of an hour ago. */
const repeat: Trick = async (arena, node) => {
  const then = arena.clock() - 3600;
  return send(
    arena,
    await byConsumer(arena, question(arena, node, { iat: then, exp: then + 300 })),
  );
};

const take: Trick = async (arena, _, manifest) => {
  const key = await arena.key(HUB, "hub");
  const now = arena.clock();
  const claims = {
    iss: HUB,
    sub: CONSUMERS[0],
    client_id: CONSUMERS[0],
    aud: CITY,
    iat: now,
    exp: now + 60,
    jti: freshId(),
  };
  const token = await signCompact(key, "at+jwt", {
    ...claims,
    purposeId: PURPOSE.id,
    cnf: { jkt: key.kid },
  });
  const [, ...path] = manifest.id.split("/");
  const url = `${arena.url(CITY)}/v1/releases/${path.join("/")}/cube`;
  const dpop = await proofFor({ method: "GET", url, token }, key, now);
  return fetch(url, { headers: { authorization: `DPoP ${token}`, dpop } });
};

/** The node's edge with one thing left out: it believes the hub about who asks. */
const credulous = ({ answering }: Node) =>
  http(async (event) => {
    if (event.routeKey === "POST /v1/answer") {
      const now = answering.clock();
      const envelope = await Envelope.verify(
        bodyOf(event, "application/jose"),
        answering.trust,
        answering.store,
        now,
      );
      const { query } = Asked.open(envelope);
      if (query.iss !== CITY) await agreementFor(answering.store, answering.trust.self, query, now);
      const release = await answering.releases.current(query.dataset, query.period, now);
      const plan = planFor(query, release.manifest);
      return text(
        JSON.stringify(select(plan, await release.cube(), release.manifest.policy.smallest)),
        "application/jose",
      );
    }
    if (!event.routeKey.endsWith("/cube")) throw new Refused("not-found");
    const { dataset = "", period = "", number } = event.pathParameters ?? {};
    const now = answering.clock();
    const release = await answering.releases.numbered(dataset, period, Number(number), now);
    return binary(await release.bytes(), "application/vnd.apache.parquet");
  });
