/** What is deployed, started: every bundle as synthesised, in a process of its own, against stand-ins for AWS. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ownToken } from "../../adapters/client/own.ts";
import { proofFor } from "../../functions/access/dpop.ts";
import { signCompact, verifyCompact } from "../../functions/signing/jws.ts";
import { TreeHead } from "../../schemas/log.ts";
import type { DirectoryEntry, KeyUse } from "../../schemas/member.ts";
import type { Signer } from "../../schemas/ports.ts";
import { type Cloud, openCloud } from "./cloud.ts";
import { FUNCTIONS } from "./functions.ts";
import { ofType, type TemplateJson } from "./policies.ts";
import { build } from "./synth.ts";

const MEMBER = "IT-028060";
const HUB = "tavolo-hub";
type Name = (typeof FUNCTIONS)[number];

let folder: string;
let cloud: Cloud;
let bundles: Record<string, string>;
const environment: Record<string, string> = {
  TAVOLO_MEMBER: MEMBER,
  TAVOLO_HUB: HUB,
  TAVOLO_PRIVATE: "private",
  TAVOLO_PUBLISHED: "published",
  TAVOLO_CONSENT: "consent",
  TAVOLO_HUB_URL: "https://hub.example.test",
  // nobody answers there
  TAVOLO_OIDC: JSON.stringify({
    issuer: "https://127.0.0.1:9",
    client: "tavolo",
    roles: { asker: { claim: "groups", value: "a" } },
  }),
  TAVOLO_OIDC_SECRET: "client-secret",
};
const keys = {} as Record<"hub" | "release" | "answer" | "member", { id: string; signer: Signer }>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assets-"));
  bundles = synthesised(join(folder, "out"));
  // where Lambda has the layer, this machine has its own DuckDB
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
  cloud = await openCloud(folder);
  for (const use of ["hub", "release", "answer", "member"] as const) keys[use] = await cloud.key();
  await cloud.table("node-table");
  await cloud.table("hub-table");
  await cloud.bucket("private");
  await cloud.bucket("published");
  const { member } = keys;
  const [self, hub] = [
    await entryOf(MEMBER, member.signer, {
      release: keys.release.signer,
      answer: keys.answer.signer,
    }),
    await entryOf(HUB, member.signer, { hub: keys.hub.signer }),
  ];
  await cloud.put(
    "published",
    "trust/directory.json",
    JSON.stringify({ v: 1, entries: [self, hub] }),
  );
});
afterAll(async () => {
  await cloud?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Bundle by function. */
function synthesised(outdir: string): Record<string, string> {
  const { app } = build(outdir, true);
  const found: Record<string, string> = {};
  for (const { template } of app.synth().stacks)
    for (const [id, { Description }] of ofType(template as TemplateJson, "AWS::Lambda::Function")) {
      const asset = (
        template as { Resources: Record<string, { Metadata: Record<string, string> }> }
      ).Resources[id]!.Metadata["aws:asset:path"]!;
      found[String(Description).replace("adapters/aws/lambda/", "")] = join(
        outdir,
        asset,
        "index.mjs",
      );
    }
  return found;
}

async function entryOf(
  id: string,
  member: Signer,
  others: Partial<Record<KeyUse, Signer>>,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const keysOf = Object.entries({ member, ...others }).map(([use, { kid, jwk }]) => ({
    kid,
    use: use as KeyUse,
    jwk,
    from: 0,
  }));
  const about = {
    v: 1,
    iss: id,
    iat: now,
    id,
    name: { it: id, en: id },
    url: `https://${id.toLowerCase()}.example.test`,
  } as const;
  const entry: DirectoryEntry = { ...about, roles: ["provider"], keys: keysOf };
  return signCompact(member, "tavolo-member+jws", entry);
}

const run = promisify(execFile);

/** The replies of one function to some events, one after the other in one process. */
async function invoke<T = { statusCode: number; headers: Record<string, string>; body: string }>(
  name: Name,
  ...events: object[]
): Promise<T[]> {
  const isHub = [
    "token",
    "query",
    "catalogue",
    "members",
    "agreements",
    "statements",
    "indicators",
  ].includes(name);
  const key = isHub ? keys.hub : name === "release" ? keys.release : keys.answer;
  const scratch = join(folder, "tmp");
  await mkdir(scratch, { recursive: true });
  const env = {
    ...cloud.environment,
    ...environment,
    TAVOLO_TABLE: isHub ? "hub-table" : "node-table",
    TAVOLO_KEY: key.id,
    ...(isHub ? { TAVOLO_MEMBER: HUB } : {}),
    TMPDIR: scratch,
  };
  const starter = fileURLToPath(new URL("invoke.mjs", import.meta.url));
  const { stdout } = await run(
    process.execPath,
    [starter, pathToFileURL(bundles[name]!).href, JSON.stringify(events)],
    {
      env,
      cwd: folder,
    },
  );
  return JSON.parse(stdout);
}

const http = (
  routeKey: string,
  type?: string,
  body?: string,
  pathParameters?: Record<string, string>,
) => ({
  version: "2.0",
  routeKey,
  rawPath: routeKey.split(" ")[1],
  requestContext: { domainName: "hub.example.test" },
  headers: type === undefined ? {} : { "content-type": type },
  isBase64Encoded: false,
  ...(body === undefined ? {} : { body }),
  ...(pathParameters === undefined ? {} : { pathParameters }),
});

const refusal = (status: number, reason: string) => ({
  status,
  type: `urn:tavolo:refusal:${reason}`,
});

test("every function has a bundle, and of every one a case is tried below", () => {
  expect(Object.keys(bundles).sort()).toEqual([...FUNCTIONS]);
  for (const bundle of Object.values(bundles)) expect(existsSync(bundle)).toBe(true);
});

describe("what answers on the network", () => {
  test("status says that it is there", async () => {
    const [reply] = await invoke("status", http("GET /status"));
    expect(reply).toMatchObject({
      statusCode: 200,
      headers: { "x-content-type-options": "nosniff" },
    });
  });

  test("the page comes along with its function, and asks nothing of anybody else", async () => {
    const [page] = await invoke("dashboard", http("GET /"));
    const html = Buffer.from(page!.body, "base64").toString();
    const [, script] = /src="\/assets\/([^"]+)"/.exec(html)!;
    const [asset, none] = await invoke(
      "dashboard",
      http("GET /assets/{name}", undefined, undefined, { name: script! }),
      http("GET /assets/{name}", undefined, undefined, { name: "../index.mjs" }),
    );
    expect([page!.statusCode, asset!.statusCode, none!.statusCode]).toEqual([200, 200, 404]);
    expect(asset!.headers["cache-control"]).toContain("immutable");
    expect(page!.headers["content-security-policy"]).not.toMatch(/unsafe|https?:/);
  });

  test("token refuses an assertion that is none, and a form that is none", async () => {
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: "a.b.c",
    });
    const type = "application/x-www-form-urlencoded";
    const replies = await invoke(
      "token",
      http("POST /token.oauth2", type, String(form)),
      http("POST /token.oauth2", type, "rubbish"),
    );
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([401, 400]);
    for (const reply of replies)
      expect(reply.headers["content-type"]).toBe("application/problem+json");
  });

  test("statements has none but those that were kept", async () => {
    const [reply] = await invoke(
      "statements",
      http("GET /v1/statements/{id}", undefined, undefined, { id: "A".repeat(22) }),
    );
    expect(reply!.statusCode).toBe(404);
    expect(JSON.parse(reply!.body)).toMatchObject(refusal(404, "not-found"));
  });

  test("query asks for a token", async () => {
    const [reply] = await invoke("query", http("POST /v1/query", "application/jose", "a.b.c"));
    expect(JSON.parse(reply!.body)).toMatchObject(refusal(401, "token-missing"));
  });

  test("the catalogue of a hub without members is empty", async () => {
    const replies = await invoke("catalogue", http("GET /v1/members"), http("GET /v1/datasets"));
    expect(replies.map(({ statusCode, body }) => [statusCode, JSON.parse(body)])).toEqual([
      [200, { v: 1, entries: [] }],
      [200, { v: 1, members: [] }],
    ]);
  });

  test("there are no agreements, and what is none is refused", async () => {
    const path = "GET /v1/agreements/{consumer}/{provider}/{dataset}/{number}";
    const place = {
      consumer: "IT-028060",
      provider: "IT-034027",
      dataset: "prestazioni",
      number: "1",
    };
    const body = JSON.stringify({
      v: 1,
      agreement: { payload: "e30", signatures: [{ protected: "e30", signature: "AA" }] },
    });
    const replies = await invoke(
      "agreements",
      http("GET /v1/agreements"),
      http(path, undefined, undefined, place),
      http("POST /v1/agreements", "application/json", body),
    );
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 404, 400]);
    expect(JSON.parse(replies[0]!.body)).toEqual({ v: 1, agreements: [] });
  });

  test("members takes nobody without an invitation", async () => {
    const [reply] = await invoke(
      "members",
      http("POST /v1/members", "application/json", JSON.stringify({ v: 1, entries: ["a.b.c"] })),
    );
    expect(reply!.headers["content-type"]).toBe("application/problem+json");
    expect(reply!.statusCode).toBeGreaterThanOrEqual(400);
    expect(reply!.statusCode).toBeLessThan(500);
  });

  test("there are no indicators and no practice cards, and one that is none is refused", async () => {
    const replies = await invoke(
      "indicators",
      http("GET /v1/indicators"),
      http("GET /v1/practices"),
      http("POST /v1/practices", "application/json", "{}"),
    );
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 200, 400]);
    expect(replies.slice(0, 2).map(({ body }) => JSON.parse(body))).toEqual([
      { v: 1, indicators: [] },
      { v: 1, practices: [] },
    ]);
  });

  test("the log places what was refused before, at the schedule's event, and proves it", async () => {
    await invoke("answer", http("POST /v1/answer", "application/jose", "a.b.c"));
    expect(await invoke<object>("log", { sequence: true })).toEqual([{ sequenced: true }]);
    const [head, entries] = await invoke("log", http("GET /v1/log/head"), {
      ...http("GET /v1/log/entries"),
      queryStringParameters: { from: "0", to: "1" },
    });
    const { kid, jwk } = keys.answer.signer;
    const trust = {
      keys: [{ kid, jwk, use: "answer", from: 0 } as const],
      use: "answer",
      now: Math.ceil(Date.now() / 1000),
    } as const;
    const { size, root } = await verifyCompact(
      (JSON.parse(head!.body) as { head: string }).head,
      "tavolo-head+jws",
      TreeHead,
      trust,
    );
    const [{ stored, leaf }] = (
      JSON.parse(entries!.body) as { entries: [{ stored: string; leaf: string }] }
    ).entries;
    expect([size, leaf]).toEqual([1, stored]);
    expect(root).toBe(leaf);
  });

  test("the desk sends nobody to another page, gives no session, and says when the provider does not answer", async () => {
    const { x, y } = keys.member.signer.jwk;
    const call = (page: string) => ({
      ...http("GET /desk"),
      queryStringParameters: { key: `${x}.${y}`, return: page, state: "s".repeat(43) },
    });
    const back = { ...http("GET /desk/callback"), rawQueryString: "code=a&state=b" };
    const events = [
      call("https://evil.example/"),
      call("https://hub.example.test/"),
      back,
      http("GET /desk/jwks.json"),
    ];
    const replies = await invoke("desk", ...events);
    expect(
      replies.map(({ statusCode, body }) => [statusCode, JSON.parse(body).type.split(":").at(-1)]),
    ).toEqual([
      [400, "signin-invalid"],
      [503, "unavailable"],
      [400, "signin-invalid"],
      [404, "not-found"],
    ]);
  });

  test("answer refuses an envelope that its hub did not sign", async () => {
    const [reply] = await invoke("answer", http("POST /v1/answer", "application/jose", "a.b.c"));
    expect(reply!.headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(reply!.body)).toMatchObject(refusal(401, "envelope-invalid"));
  });
});

describe("what only an operator or a schedule starts", () => {
  type Outcome = { outcome: string; reason?: string; detail?: string };
  const job = (name: Name, event: object) =>
    invoke<Outcome>(name, event).then(([result]) => result!);
  const ingestOf = (file: string) => ({
    member: MEMBER,
    descriptor: "descriptors/mappa.json",
    files: [file],
  });

  test("without rows there is nothing to release", async () => {
    expect(await job("release", { dataset: "mappa", period: "2022" })).toMatchObject({
      outcome: "refused",
      reason: "no-version",
    });
  });

  test("an event that says anything else is refused by the names of what is wrong", async () => {
    const replies = await invoke<Outcome>(
      "release",
      { dataset: "mappa", period: "2022", key: "00" },
      { dataset: "../x", period: "2022" },
    );
    for (const reply of replies)
      expect(reply).toMatchObject({ outcome: "refused", reason: "body-invalid" });
    expect(await job("ingest", { ...ingestOf("keys/pseudonym/mappa") })).toMatchObject({
      outcome: "refused",
      reason: "body-invalid",
    });
    expect(await job("ingest", { ...ingestOf("inbox/x.csv"), member: "IT-034027" })).toMatchObject({
      outcome: "refused",
      reason: "body-invalid",
    });
  });

  test("what is not there is refused by name", async () => {
    expect(await job("ingest", ingestOf("inbox/x.csv"))).toMatchObject({
      outcome: "refused",
      reason: "descriptor-invalid",
    });
    await cloud.put("private", "descriptors/mappa.json", JSON.stringify(await mappa()));
    expect(await job("ingest", ingestOf("inbox/x.csv"))).toMatchObject({
      outcome: "refused",
      reason: "file-unreadable",
    });
  });

  test("a file becomes a version, a release, and what anybody may fetch; no row is left on disk", async () => {
    await cloud.put("private", "inbox/mappa.csv", await rows());
    expect(await job("ingest", ingestOf("inbox/mappa.csv"))).toEqual({
      outcome: "stored",
      dataset: "mappa",
    });
    expect(await job("release", { dataset: "mappa", period: "2022" })).toEqual({
      outcome: "released",
      release: `${MEMBER}/mappa/2022/1`,
    });
    expect(await job("release", { dataset: "mappa", period: "2022" })).toMatchObject({
      outcome: "refused",
      reason: "not-due",
    });
    const place = { dataset: "mappa", period: "2022", number: "1" };
    const path = "GET /v1/releases/{dataset}/{period}/{number}/cube";
    const account = http("GET /v1/accounts/{year}", undefined, undefined, { year: "2022" });
    const [list, cube, signed] = await invoke(
      "answer",
      http("GET /v1/releases"),
      http(path, undefined, undefined, place),
      account,
    );
    expect(signed!.statusCode).toBe(200);
    expect(JSON.parse(list!.body).manifests).toHaveLength(1);
    expect(Buffer.from(cube!.body, "base64").subarray(0, 4).toString()).toBe("PAR1");
    expect(await readdir(join(folder, "tmp"))).toEqual([]);
  });

  test("its owner sees it, by the member's own key and nobody else's", async () => {
    const url = "https://hub.example.test/v1/own/overview";
    const called = async (signer: Signer) => {
      const token = await ownToken({
        member: MEMBER,
        signer,
        clock: () => Math.floor(Date.now() / 1000),
      });
      const dpop = await proofFor(
        { method: "GET", url, token },
        signer,
        Math.floor(Date.now() / 1000),
      );
      const call = http("GET /v1/own/overview");
      const requestContext = { ...call.requestContext, http: { method: "GET" } };
      return { ...call, requestContext, headers: { authorization: `DPoP ${token}`, dpop } };
    };
    const [mine, theirs, hubs] = await invoke(
      "owner",
      ...(await Promise.all(
        [keys.member, keys.answer, keys.hub].map(({ signer }) => called(signer)),
      )),
    );
    expect([mine!.statusCode, theirs!.statusCode, hubs!.statusCode]).toEqual([200, 401, 401]);
    expect(JSON.parse(mine!.body).datasets).toMatchObject([{ id: "mappa", state: "waiting" }]);
  });

  test("a register is about nobody, so nobody can withdraw from it", async () => {
    expect(await job("consent", { dataset: "mappa", identifiers: [["X"]] })).toMatchObject({
      outcome: "refused",
      reason: "body-invalid",
    });
  });
});

/** The demonstration's open register, due today. */
async function mappa(): Promise<Record<string, unknown>> {
  const descriptor = JSON.parse(await readFile("docs/demo/datasets/mappa.json", "utf8"));
  const today = new Date().toISOString().slice(0, 10);
  return {
    ...descriptor,
    policy: { ...descriptor.policy, calendar: { "2022": [today] }, closed: [] },
  };
}

async function rows(): Promise<string> {
  const { dimensions, period, fields } = (await mappa()) as {
    dimensions: { column: string; codes: string[] }[];
    period: { column: string };
    fields: { column?: string }[];
  };
  const measures = [...new Set(fields.flatMap(({ column }) => column ?? []))];
  const columns = [period.column, ...dimensions.map(({ column }) => column), ...measures];
  const line = ["2022", ...dimensions.map(({ codes }) => codes[0]!), ...measures.map(() => "5")];
  return [columns, line, line, line].map((cells) => cells.join(";")).join("\n");
}

describe("no bundle can be told a key of noise", () => {
  test("none carries the tests' own entry, nor reads a variable that is not in the list", async () => {
    for (const bundle of Object.values(bundles)) {
      const files = await readdir(dirname(bundle));
      expect(files.filter((file) => file !== "page")).toEqual(["index.mjs"]);
      const code = await readFile(bundle, "utf8");
      expect(code).not.toContain("TAVOLO-TEST-NOISE-KEY");
      const named = new Set(code.match(/TAVOLO_[A-Z_]+/g) ?? []);
      expect([...named].filter((name) => !ENVIRONMENT.includes(name))).toEqual([]);
    }
  });

  test("the marker that is looked for does stand in the tests' own entry", async () => {
    expect(await readFile("tests/world/release.ts", "utf8")).toContain("TAVOLO-TEST-NOISE-KEY");
  });
});

const ENVIRONMENT = [
  "TAVOLO_CONSENT",
  "TAVOLO_HUB",
  "TAVOLO_HUB_URL",
  "TAVOLO_KEY",
  "TAVOLO_MEMBER",
  "TAVOLO_OIDC",
  "TAVOLO_OIDC_KEY",
  "TAVOLO_OIDC_SECRET",
  "TAVOLO_PAGE",
  "TAVOLO_PRIVATE",
  "TAVOLO_PUBLISHED",
  "TAVOLO_TABLE",
];
