/** What checking costs beside the signatures themselves: the hub's and the node's own code, against `jose` over the same bytes. */
import { type CryptoKey, compactVerify, importJWK, type JWK } from "jose";
import { openStores, paths } from "../../adapters/local/state.ts";
import { type AccessDeps, callerOf } from "../../functions/access/access.ts";
import { proofFor } from "../../functions/access/dpop.ts";
import { agreementFor } from "../../functions/answer/agreement.ts";
import { storeAtNode } from "../../functions/answer/agreements.ts";
import { trusted } from "../../functions/answer/members.ts";
import { Asked, Envelope } from "../../functions/answer/verify.ts";
import { directory, register } from "../../functions/members/directory.ts";
import { keyring } from "../../functions/members/keyring.ts";
import { Authenticated } from "../../functions/query/authenticate.ts";
import { freshId, signCompact } from "../../functions/signing/jws.ts";
import type { GeneralJws } from "../../schemas/agreement.ts";
import type { Signer, Store } from "../../schemas/ports.ts";
import {
  type Member,
  makeMember,
  makeNode,
  makeWorld,
  memoryStore,
  NOW,
  type World,
} from "../world/federation.ts";
import { abreast } from "./abreast.ts";
import { compare, quantile, type Round, type Section } from "./measure.ts";

/** Checks of one run, and how many of them are under way at once, as in a server that is busy. */
const CHECKS = 150;
const AT_ONCE = 16;
/** Rounds before anything is measured: code that is warm. */
const WARM = 15;

/** One thing to be checked: our way, and the signatures in it by themselves. */
interface Case {
  check(): Promise<unknown>;
  readonly signed: readonly (readonly [jws: string, by: Signer])[];
}
interface Kind {
  readonly name: string;
  readonly note: string;
  /** A fresh case, over this store. */
  make(store: Store): Promise<Case>;
}

interface Parties {
  readonly world: World;
  readonly consumer: Member;
  readonly provider: Member;
  readonly agreement: GeneralJws;
}

/** A hub, a city that asks and one that is asked, with an agreement that both signed. */
async function parties(): Promise<Parties> {
  const [consumer, provider] = [
    await makeMember("IT-028060", { url: "https://padova.example.org" }),
    await makeMember("IT-034027", { url: "https://parma.example.org" }),
  ];
  const world = await makeWorld([makeNode(consumer), makeNode(provider)], [provider]);
  for await (const { body } of world.store.query("hub#agreement"))
    return { world, consumer, provider, agreement: (body as { readonly jws: GeneralJws }).jws };
  throw new Error("there is no agreement");
}

/** What hub and node have in their stores before anybody asks. */
async function furnish(
  { world, consumer, provider, agreement }: Parties,
  store: Store,
): Promise<void> {
  for (const { jws } of [world.hub, consumer, provider]) await register(store, jws);
  const keys = new Map([consumer, provider].map(({ entry }) => [entry.id, entry.keys]));
  await storeAtNode(store, provider.entry.id, agreement, (id) => keys.get(id) ?? [], NOW - 900);
}

function kindsOf({ world, consumer, provider }: Parties): readonly Kind[] {
  const { hub } = world;
  const known = new Map<Store, AccessDeps>();
  // as a hub has them: what was verified once stays verified
  const booksOf = (store: Store): AccessDeps => {
    const books = known.get(store) ?? { hub: hub.entry.id, store, directory: directory(store) };
    known.set(store, books);
    return books;
  };
  const url = "https://hub.example.org/v1/statements";
  return [
    {
      name: "The hub's checks of a question, against jose alone",
      note: "Token and signed question: header, signature, times, form, audience, purpose, the key that the token is bound to, the member in the directory of this moment, and that the question was never used before.",
      async make(store) {
        const [token, jws] = [await world.token(), await world.sign(world.query())];
        const books = booksOf(store);
        return {
          async check() {
            const { used } = await Authenticated.authenticate(
              books,
              { authorization: `DPoP ${token}`, jws },
              NOW,
            );
            await used;
          },
          signed: [
            [token, hub.keys.hub],
            [jws, consumer.keys.member],
          ],
        };
      },
    },
    {
      name: "The hub's checks of a call with DPoP, against jose alone",
      note: "Token and proof (RFC 9449): as above, and the proof's method, address, token and time.",
      async make(store) {
        const token = await world.token();
        const proof = await proofFor({ method: "GET", url, token }, consumer.keys.member, NOW);
        const call = {
          method: "GET",
          url,
          headers: { authorization: `DPoP ${token}`, dpop: proof },
        };
        const books = booksOf(store);
        return {
          check: () => callerOf(books, call, NOW),
          signed: [
            [token, hub.keys.hub],
            [proof, consumer.keys.member],
          ],
        };
      },
    },
    {
      name: "A node's checks of a question, against jose alone",
      note: "The hub's envelope and the consumer's own signature in it: what the node has pinned and heard since, the envelope's address and life, that it was never used before, the agreement in force in the node's own copy, and the consumer's keys of this moment.",
      async make(store) {
        const query = await world.sign(world.query());
        const ask = {
          v: 1,
          iss: hub.entry.id,
          iat: NOW,
          aud: provider.entry.id,
          exp: NOW + 30,
          jti: freshId(),
          query,
        };
        const sent = await signCompact(hub.keys.hub, "tavolo-ask+jws", ask);
        const pinned = { self: provider.entry, hub: hub.entry };
        return {
          async check() {
            const trust = await trusted(store, pinned);
            const envelope = await Envelope.verify(sent, trust, store, NOW);
            const agreement = await agreementFor(store, trust.self, envelope.claimed, NOW);
            return Asked.verifyQuery(
              envelope,
              await keyring(store).keysOf(agreement.consumer),
              trust,
              NOW,
            );
          },
          signed: [
            [sent, hub.keys.hub],
            [query, consumer.keys.member],
          ],
        };
      },
    },
  ];
}

/** Books in memory. What was used lies beside them: a query of this store would walk through all of it. */
function inMemory(): Store {
  const [books, used] = [memoryStore(), memoryStore()];
  return {
    ...books,
    put: (item, condition) => (item.pk.endsWith("#replay") ? used : books).put(item, condition),
  };
}

const keys = new Map<Signer, CryptoKey>();
async function keyOf(signer: Signer): Promise<CryptoKey> {
  const key = keys.get(signer) ?? ((await importJWK(signer.jwk as JWK, "ES256")) as CryptoKey);
  keys.set(signer, key);
  return key;
}

/** Both ways over the same bytes, milliseconds a case. Who goes first changes. */
async function round(
  kind: Kind,
  store: Store,
  at: number,
  atOnce = AT_ONCE,
): Promise<{ ours: number; bare: number }> {
  const cases = await Promise.all(Array.from({ length: CHECKS }, () => kind.make(store)));
  const known = await Promise.all(
    cases.map(({ signed }) =>
      Promise.all(signed.map(async ([jws, by]) => [jws, await keyOf(by)] as const)),
    ),
  );
  const took = { ours: 0, bare: 0 };
  const turns = [
    async () => {
      took.ours = (
        await abreast(
          atOnce,
          cases.map(({ check }) => check),
        )
      ).each;
    },
    async () => {
      const tasks = known.map((signed) => async () => {
        for (const [jws, key] of signed) await compactVerify(jws, key, { algorithms: ["ES256"] });
      });
      took.bare = (await abreast(atOnce, tasks)).each;
    },
  ];
  for (const turn of at % 2 === 0 ? turns : turns.reverse()) await turn();
  return took;
}

const median = (numbers: readonly number[]) => quantile(numbers, 0.5);
const aSecond = (each: readonly number[]) => Math.round(1000 / median(each)).toLocaleString("en");

export const checks: Section = {
  name: "checks",
  title: "Checks beside their signatures",
  about:
    "token and question checks a second at hub and node, against bare jose over the same signatures",
  async measure({ scratch, rounds, say }) {
    const all = await parties();
    const memory = inMemory();
    await furnish(all, memory);
    const stores = await openStores(paths(scratch));
    try {
      const embedded = await stores.store("bench");
      await furnish(all, embedded);
      const [comparisons, rows] = [[], []] as [ReturnType<typeof compare>[], string[][]];
      const kinds = kindsOf(all);
      for (let warm = 0; warm < WARM; warm++)
        for (const kind of kinds) await round(kind, memory, warm);
      for (const kind of kinds) {
        const measured: Round[] = [];
        for (let at = 0; at < 8 * rounds; at++) {
          const { ours, bare } = await round(kind, memory, at);
          measured.push({ ours: [ours], other: [bare] });
        }
        const one = [];
        const stored = [];
        for (let at = 0; at < rounds; at++) one.push(await round(kind, memory, at, 1));
        for (let at = 0; at < Math.min(3, rounds); at++)
          stored.push(await round(kind, embedded, at));
        const comparison = compare(
          {
            name: kind.name,
            target: { at: "least", value: 0.8 },
            sides: ["with every check", "the two signatures by jose"],
            notes: [
              kind.note,
              `The project's own code over a store in memory, ${CHECKS} cases a run and ${AT_ONCE} at once, every one with a token of its own; beside it, \`jose\` verifies the same two signatures with keys that it imported before. A ratio of one would be checking for nothing.`,
            ],
          },
          measured,
        );
        comparisons.push(comparison);
        rows.push([
          kind.name.split(",")[0]!,
          aSecond(measured.flatMap(({ other }) => other)),
          aSecond(measured.flatMap(({ ours }) => ours)),
          `${(median(one.map(({ bare }) => bare)) / median(one.map(({ ours }) => ours))).toFixed(2)} ×`,
          aSecond(stored.map(({ ours }) => ours)),
        ]);
        say(`  ${comparison.ratio.median.toFixed(2)} × ${rows.at(-1)!.join("  ")}`);
      }
      const table = {
        title: "Checks a second",
        head: [
          "",
          "jose alone",
          "with every check",
          "one at a time, against jose",
          "over the embedded store",
        ],
        rows,
        notes: [
          "Over the embedded store each check also waits for reads and for the write that remembers what was used, over HTTP to the same process.",
        ],
      };
      return { comparisons, tables: [table] };
    } finally {
      await stores.close();
    }
  },
};
