/** The typed client against a whole federation over HTTP. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { type Client, connect, keyFile, Refused } from "../../adapters/client/nodejs.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { peek, signCompact } from "../../functions/signing/jws.ts";
import { Query } from "../../schemas/query.ts";
import { ASKER, OTHER, question, type Running, running } from "./federation.ts";

let up: Running;
let tavolo: Client;
const opened = (change: object = {}) =>
  connect({ hub: up.hub, member: ASKER, key: up.jwk, clock: up.world.clock, ...change });
beforeAll(async () => {
  up = await running();
  tavolo = await opened();
});
afterAll(() => up.world.close());
afterEach(() => vi.restoreAllMocks());

const IdOnly = z.looseObject({ id: z.string() });
const reasonOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "answered",
    (error: unknown) => (error instanceof Refused ? error.reason : error),
  );

describe("from key to answer", () => {
  test("in three lines, with the key in a file", async () => {
    const tavolo = await connect({
      hub: up.hub,
      member: ASKER,
      key: await keyFile(up.keyFile),
      clock: up.world.clock,
    });
    const answer = await tavolo.ask(question());
    expect(answer.figures).toHaveLength(2 * 3 * 2);
  });

  test("figures are in units, with their noise, for each member and together", async () => {
    const { figures, statement, report } = await tavolo.ask(question());
    const of = (member: string) =>
      figures.find((one) => one.member === member && one.by.sex === "F" && "count" in one.measure)!;
    const [one, two, both] = [of(ASKER), of(OTHER), of("_T")];
    if (one.state !== "shown" || two.state !== "shown" || both.state !== "shown")
      throw new Error("all three should be shown");
    expect(both.value).toBeCloseTo(one.value + two.value, 2);
    expect(both.sd).toBeCloseTo(Math.hypot(one.sd, two.sd), 6);
    expect(one.low + one.high).toBeCloseTo(2 * one.value, 6);
    expect(one.high - one.low).toBeCloseTo(2 * 1.96 * one.sd, 2);
    // made: a hundred of two hundred
    expect(one.value).toBeGreaterThan(0);
    expect(one.value).toBeLessThan(200);
    expect(statement.outcomes.map(({ outcome }) => outcome)).toEqual(["answered", "answered"]);
    expect(report.checks).toContain("the table is what the answers add up to");
  });

  test("what is withheld is null, never zero, and an interval has limits and no value", async () => {
    const { figures } = await tavolo.ask(
      question({ measures: [{ count: "any" }], by: ["age", "zone"] }),
    );
    const withheld = figures.filter(({ state }) => state === "withheld");
    const intervals = figures.filter(({ state }) => state === "interval");
    expect(withheld.length + intervals.length).toBeGreaterThan(0);
    for (const figure of intervals)
      expect(figure).toMatchObject({ value: null, sd: null, high: expect.any(Number) });
    for (const figure of withheld)
      expect(figure).toMatchObject({
        value: null,
        sd: null,
        low: null,
        high: null,
        why: expect.any(String),
      });
  });

  test("with a pair that Web Crypto keeps and does not give away", async () => {
    const P256 = { name: "ECDSA", namedCurve: "P-256" };
    const { d: _, ...half } = up.jwk;
    const privateKey = await crypto.subtle.importKey(
      "jwk",
      { ...up.jwk, key_ops: ["sign"] },
      P256,
      false,
      ["sign"],
    );
    const publicKey = await crypto.subtle.importKey("jwk", half, P256, true, ["verify"]);
    expect(privateKey.extractable).toBe(false);
    const { statement } = await (await opened({ key: { privateKey, publicKey } })).ask(question());
    expect(peek(statement.query, Query).iss).toBe(ASKER);
  });
});

describe("what there is", () => {
  test("members and their releases", async () => {
    expect((await tavolo.members()).map(({ id }) => id).sort()).toEqual([ASKER, OTHER, "hub"]);
    const offers = await tavolo.datasets();
    expect(
      offers
        .find(({ member }) => member === OTHER)!
        .datasets.map(({ dataset }) => dataset)
        .sort(),
    ).toEqual(["aiuti", "tavola"]);
  });

  test("indicators, of which this federation has none yet", async () => {
    expect(await tavolo.indicators()).toEqual([]);
  });

  test("a release, whole: its bytes are those that the node signed for, and prove the figures", async () => {
    const { bytes, manifest } = await tavolo.download(`${OTHER}/aiuti/2025/1`, {
      purposeId: question().purposeId!,
    });
    expect(manifest.dataset).toBe("aiuti");
    const { jws } = await tavolo.ask(question());
    const { report } = await tavolo.verify(jws, { cubes: [bytes] });
    expect(report.checks).toContain(`the figures of ${OTHER} are those of its release, recomputed`);
  });

  test("a release whose bytes are not those that its manifest names is not handed out", async () => {
    between((url) => (url.includes("/cube") ? new Response("PAR1PAR1") : undefined));
    expect(await reasonOf(tavolo.download(`${OTHER}/tavola/2025/1`))).toBe("cube-mismatch");
  });

  test("an open one without any key", async () => {
    const visitor = await connect({ hub: up.hub, clock: up.world.clock });
    const { bytes } = await visitor.download(`${OTHER}/tavola/2025/1`, { format: "csv" });
    expect(new TextDecoder().decode(bytes)).toContain("nord");
    expect(await reasonOf(visitor.ask(question()))).toBe("token-missing");
    expect(await reasonOf(visitor.download(`${OTHER}/aiuti/2025/1`))).toBe("token-missing");
  });
});

describe("refusals", () => {
  test.each([
    [{ members: [] }, "query-invalid"],
    [{ period: "2011" }, "unknown-period"],
    [{ measures: [{ count: "nothing" }] }, "unknown-field"],
    [{ purposeId: "5b7c2f0e-3c1d-4a57-8f10-2d1f9a3e9999" }, "purpose-denied"],
  ])("%j is refused with a reason and a title", async (change, reason) => {
    const { outcomes, refused } = await tavolo.ask(question(change)).then(
      ({ statement }) => ({
        outcomes: statement.outcomes.map(({ outcome }) => outcome),
        refused: undefined,
      }),
      (error: Refused) => ({ outcomes: [], refused: error }),
    );
    expect([refused?.reason, ...outcomes]).toContain(reason);
    if (refused) expect(refused.title.length).toBeGreaterThan(10);
  });

  test("what to do next is said where the hub does not say it", async () => {
    const refused = await tavolo
      .ask(question({ purposeId: "5b7c2f0e-3c1d-4a57-8f10-2d1f9a3e9999", members: [OTHER] }))
      .catch((error: Refused) => error);
    expect(refused).toBeInstanceOf(Refused);
    expect((refused as Refused).hint.detail).toMatch(
      /under the purposeId of an agreement in force/,
    );
  });

  test("a hub that is not there, a key that is none, halves that do not belong together", async () => {
    expect(await reasonOf(opened({ hub: "http://127.0.0.1:1" }))).toBe("unreachable");
    await expect(opened({ key: { kty: "EC" } })).rejects.toThrow(TypeError);
    const { x: _, ...rest } = up.jwk;
    const other = await keyOf(up.world.at, OTHER, "member");
    await expect(opened({ key: { ...rest, x: other.jwk.x } })).rejects.toThrow(
      "do not belong together",
    );
    // nothing of the key is in the message
    await expect(opened({ key: { ...up.jwk, crv: "P-384" } })).rejects.not.toThrow(up.jwk.d!);
  });

  test("a key that is not the member's", async () => {
    const other = await keyOf(up.world.at, OTHER, "member");
    expect(await reasonOf((await opened({ key: other })).ask(question()))).toBe(
      "assertion-invalid",
    );
  });
});

/** Stands between the client and the network: `reply` may answer a call by itself, and sees every one. */
function between(
  reply: (
    url: string,
    init: RequestInit | undefined,
    nth: number,
  ) => Response | Promise<Response | undefined> | undefined,
) {
  const real = globalThis.fetch;
  const seen = new Map<string, number>();
  return vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const path = new URL(String(input)).pathname;
    const nth = (seen.get(path) ?? 0) + 1;
    seen.set(path, nth);
    return (await reply(String(input), init, nth)) ?? real(input, init);
  });
}
const calls = (spy: ReturnType<typeof between>, path: string) =>
  spy.mock.calls.filter(([url]) => String(url).includes(path));
const busy = (status: number, headers: Record<string, string> = {}, reason = "log-unwritten") =>
  new Response(JSON.stringify({ type: `urn:tavolo:refusal:${reason}` }), { status, headers });

describe("a busy hub", () => {
  test.each([503, 429])(
    "is asked again after %i, with a fresh signature each time",
    async (status) => {
      const spy = between((url, _, nth) =>
        url.includes("/v1/query") && nth <= 2 ? busy(status, { "retry-after": "0" }) : undefined,
      );
      const { statement } = await tavolo.ask(question());
      const sent = calls(spy, "/v1/query").map(([, init]) => String(init?.body));
      expect(sent).toHaveLength(3);
      expect(new Set(sent.map((jws) => peek(jws, Query).jti)).size).toBe(3);
      expect(statement.query).toBe(sent[2]);
    },
  );

  test("is asked four times and no more", async () => {
    const spy = between((url) =>
      url.includes("/v1/query") ? busy(503, { "retry-after": "0" }) : undefined,
    );
    expect(await reasonOf(tavolo.ask(question()))).toBe("log-unwritten");
    expect(calls(spy, "/v1/query")).toHaveLength(4);
  });

  test("that says an hour is not waited for, nor a release that is overdue", async () => {
    const hour = between((url) =>
      url.includes("/v1/query") ? busy(429, { "retry-after": "3600" }) : undefined,
    );
    expect(await reasonOf(tavolo.ask(question()))).toBe("log-unwritten");
    expect(calls(hour, "/v1/query")).toHaveLength(1);
    vi.restoreAllMocks();
    const overdue = between((url) =>
      url.includes("/v1/query") ? busy(503, {}, "release-overdue") : undefined,
    );
    expect(await reasonOf(tavolo.ask(question()))).toBe("release-overdue");
    expect(calls(overdue, "/v1/query")).toHaveLength(1);
  });

  test("that refuses a signature is not asked again", async () => {
    const spy = between((url) =>
      url.includes("/v1/query") ? busy(401, {}, "signature-invalid") : undefined,
    );
    expect(await reasonOf(tavolo.ask(question()))).toBe("signature-invalid");
    expect(calls(spy, "/v1/query")).toHaveLength(1);
  });

  test("is waited for no longer than the caller wants", async () => {
    const stop = new AbortController();
    between((url) => {
      if (!url.includes("/v1/query")) return undefined;
      setTimeout(() => stop.abort(new Error("enough")), 1);
      return busy(503, { "retry-after": "20" });
    });
    await expect(tavolo.ask(question(), { signal: stop.signal })).rejects.toThrow("enough");
  });
});

describe("tokens", () => {
  test("one serves until a minute before its end, and another purpose has its own", async () => {
    let ahead = 0;
    const client = await opened({ clock: () => up.world.clock() + ahead });
    const granted = () =>
      new Response(JSON.stringify({ access_token: "a.b.c", token_type: "DPoP", expires_in: 600 }));
    const spy = between((url) =>
      url.includes("/token.oauth2")
        ? granted()
        : url.includes("/v1/query")
          ? busy(401, {}, "replayed")
          : undefined,
    );
    const tokensAfter = async (change: Parameters<typeof question>[0] = {}) => {
      expect(await reasonOf(client.ask(question(change)))).toBe("replayed");
      return calls(spy, "/token.oauth2").length;
    };
    expect(await tokensAfter()).toBe(1);
    expect(await tokensAfter()).toBe(1);
    expect(await tokensAfter({ purposeId: undefined, members: [ASKER] })).toBe(2);
    ahead = 535;
    expect(await tokensAfter()).toBe(2);
    ahead = 545;
    expect(await tokensAfter()).toBe(3);
  });

  test("one that is refused is thrown away, once", async () => {
    const client = await opened();
    const spy = between((url, _, nth) =>
      url.includes("/v1/query") && nth === 1 ? busy(401, {}, "token-invalid") : undefined,
    );
    await client.ask(question());
    expect([calls(spy, "/token.oauth2").length, calls(spy, "/v1/query").length]).toEqual([2, 2]);
  });
});

describe("whom it believes", () => {
  test("a statement with a figure changed is not handed out", async () => {
    const hubKey = await keyOf(up.world.at, "hub", "hub");
    between(async (url, init) => {
      if (!url.includes("/v1/query")) return undefined;
      vi.restoreAllMocks();
      const jws = await (await fetch(url, init)).text();
      const { kid: _, ...statement } = JSON.parse(
        Buffer.from(jws.split(".")[1]!, "base64url").toString(),
      ) as {
        kid?: string;
        table: Table;
      };
      statement.table.cells[0]!.figures[0]!.value += 1000;
      return new Response(await signCompact(hubKey, "tavolo-statement+jws", statement));
    });
    expect(await reasonOf(tavolo.ask(question()))).toBe("statement-invalid");
  });
  type Table = { cells: { figures: { value: number }[] }[] };

  test("nor an earlier one that verifies, served again", async () => {
    const { jws } = await tavolo.ask(question());
    between((url) => (url.includes("/v1/query") ? new Response(jws) : undefined));
    expect(await reasonOf(tavolo.ask(question()))).toBe("statement-invalid");
  });

  test("a directory that was handed in, and not the hub's", async () => {
    const kept = {
      v: 1 as const,
      entries: (
        JSON.parse(await (await fetch(`${up.hub}/v1/members`)).text()) as { entries: string[] }
      ).entries,
    };
    const spy = between(() => undefined);
    const client = await opened({ directory: kept });
    await client.ask(question());
    expect(calls(spy, "/v1/members")).toHaveLength(0);
    // without one city in it, nothing of that city is believed
    const entries = kept.entries.filter((jws) => peek(jws, IdOnly).id !== OTHER);
    expect(await reasonOf((await opened({ directory: { v: 1, entries } })).ask(question()))).toBe(
      "statement-invalid",
    );
  });

  test("keys that the hub put in place of a member's, under a forged entry, are not taken up", async () => {
    const client = await opened();
    const forger = await keyOf(up.world.at, "hub", "hub");
    const entry = (await client.members()).find(({ id }) => id === OTHER)!;
    const forged = {
      ...entry,
      iat: entry.iat + 1,
      keys: entry.keys.map((key) =>
        key.use === "member" ? { ...key, kid: forger.kid, jwk: forger.jwk } : key,
      ),
    };
    const jws = await signCompact(forger, "tavolo-member+jws", forged);
    const { entries } = JSON.parse(await (await fetch(`${up.hub}/v1/members`)).text()) as {
      entries: string[];
    };
    between((url) =>
      url.endsWith("/v1/members")
        ? new Response(
            JSON.stringify({
              v: 1,
              entries: entries.map((one) => (peek(one, IdOnly).id === OTHER ? jws : one)),
            }),
          )
        : undefined,
    );
    expect(await reasonOf(client.members())).toBe("signature-invalid");
  });
});

test("a key file that others can read is refused; where there is none, it says how to write one", async () => {
  await expect(keyFile(join(up.world.at.root, "none.jwk"))).rejects.toThrow(
    /there is no key at .*none.jwk; write one .*tavolo key export/,
  );
  const open = join(up.world.at.root, "open.jwk");
  await writeFile(open, JSON.stringify(up.jwk), { mode: 0o644 });
  await expect(keyFile(open)).rejects.toThrow("chmod 600");
});
