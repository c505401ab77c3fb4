/** The formats over HTTP: negotiated at the hub and at a node, and a link to an open table that anybody may follow. */
import { execFile, spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { parse } from "csv-parse/sync";
import JSONstat from "jsonstat-toolkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Asker } from "../../adapters/client/asking.ts";
import { signQuestion, tokenFor } from "../../adapters/client/asking.ts";
import { mediaTypeOf } from "../../functions/formats/negotiate.ts";
import { readDirectory } from "../../functions/members/directory-file.ts";
import { peek, sha256 } from "../../functions/signing/jws.ts";
import { verifyStatement } from "../../functions/statements/verify.ts";
import { DirectoryFile } from "../../schemas/member.ts";
import { Query, Statement } from "../../schemas/query.ts";
import { expectProblem } from "../world/http.ts";
import { HUB, makeWorld, member, purposeId, type World } from "../world/machine.ts";
import { aiuti, bytes, csv, tavola, tavolaCsv } from "../world/small.ts";

/** Whether the machine's own Python has pandas. */
const PANDAS = spawnSync("/usr/bin/python3", ["-c", "import pandas"]).status === 0;

const [CITY, READER] = ["IT-028060", "IT-034027"];
let world: World;
let hub: string;
let node: string;
let asker: Asker;
beforeAll(async () => {
  world = await makeWorld([member(CITY), member(READER, false)], "2026-07-01");
  await world.publish(CITY, aiuti(), bytes(csv()));
  await world.publish(CITY, tavola, bytes(tavolaCsv));
  const federation = await world.start([{ consumer: READER, provider: CITY, dataset: "aiuti" }]);
  [hub, node] = [federation.hub, federation.nodes[0]!.url];
  asker = await world.asker(READER);
});
afterAll(() => world.close());

const link = (query: string, headers: Record<string, string> = {}) =>
  fetch(`${hub}/v1/tables/tavola/2025?${query}`, { headers });
const rows = (text: string) =>
  parse(text, { columns: true, record_delimiter: "\r\n" }) as Record<string, string>[];

describe("a link to an open table", () => {
  test("gives anybody the figures as CSV, and says of which statement", async () => {
    const response = await link("measure=helped&by=zone");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(mediaTypeOf("csv"));
    expect(response.headers.get("tavolo-statement")).toMatch(/^[\w-]{43}$/);
    const found = rows(await response.text()).map((row) => [
      row.MEMBER,
      row.zone,
      row.OBS_VALUE,
      row.SD,
      row.OBS_STATUS,
      row.LICENCE,
    ]);
    expect(found).toEqual([
      [CITY, "nord", "70", "0", "A", "CC0-1.0"],
      [CITY, "centro", "60", "0", "A", "CC0-1.0"],
      [CITY, "sud", "70", "0", "A", "CC0-1.0"],
    ]);
  });

  test("its statement verifies, and says that the hub itself asked, of everybody who is open", async () => {
    const jws = await (await link("measure=helped&format=statement")).text();
    const directory = await readDirectory(
      DirectoryFile.parse(await (await fetch(`${hub}/v1/members`)).json()),
    );
    const report = await verifyStatement(jws, { directory, hub: HUB, now: world.clock() });
    expect(report.thumbprints).toContainEqual(expect.objectContaining({ member: HUB, use: "hub" }));
    expect(report.thumbprints.some(({ use }) => use === "member")).toBe(false);
    const query = peek(peek(jws, Statement).query, Query);
    expect([query.iss, query.members, query.purposeId]).toEqual([HUB, [CITY], undefined]);
  });

  test("a restriction and a format by Accept", async () => {
    const response = await link("measure=helped&where=zone:nord&where=zone:sud", {
      accept: mediaTypeOf("json-stat"),
      "accept-language": "it",
    });
    expect(response.headers.get("content-type")).toBe(mediaTypeOf("json-stat"));
    const dataset = JSONstat((await response.json()) as object);
    const at = {
      MEMBER: CITY,
      zone: "nord | sud",
      MEASURE: "helped",
      TIME_PERIOD: "2025",
      STATISTIC: "value",
    };
    expect(dataset.Data(at)).toEqual({ value: 140, status: "A" });
  });

  test("the query of the how-to runs over it in DuckDB", async () => {
    const file = join(world.at.root, "table.parquet");
    await writeFile(
      file,
      new Uint8Array(await (await link("measure=helped&by=zone&format=parquet")).arrayBuffer()),
    );
    const page = await readFile(join(import.meta.dirname, "../../docs/how-to/formats.md"), "utf8");
    const sql = /```sql\n([\s\S]*?)```/.exec(page)![1]!.replace("table.parquet", file);
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const found = (await connection.runAndReadAll(sql)).getRowObjectsJS();
    expect(found.map(({ MEASURE, OBS_VALUE }) => [MEASURE, OBS_VALUE])).toEqual(
      [70, 70, 60].map((value) => ["helped", value]),
    );
  });

  test.runIf(PANDAS)("the lines of the how-to run over it in pandas", async () => {
    const page = await readFile(join(import.meta.dirname, "../../docs/how-to/formats.md"), "utf8");
    const lines = /```python\n([\s\S]*?)```/.exec(page)![1]!;
    const own = lines
      .replace(/link = ".*"/, `link = "${hub}/v1/tables/tavola/2025?measure=helped&by=zone"`)
      .replaceAll("territory", "zone");
    const { stdout } = await promisify(execFile)("/usr/bin/python3", [
      "-c",
      `${own}\nprint(shown.OBS_VALUE.sum(), list(shown.zone))`,
    ]);
    expect(stdout.trim().split("\n").at(-1)).toBe("200 ['nord', 'centro', 'sud']");
    expect(stdout).toContain("UNIT_MEASURE");
  });

  test("records are not behind a link, whoever has agreed to what", async () => {
    await expectProblem(
      await fetch(`${hub}/v1/tables/aiuti/2025?measure=any`),
      "token-missing",
      /sign the question/,
    );
    await expectProblem(
      await fetch(`${hub}/v1/tables/aiuti/2025?measure=any&member=${CITY}`),
      "token-missing",
    );
    await expectProblem(await link(`measure=helped&member=${HUB}`), "token-missing");
  });

  test.each([
    ["by=zone", "query-invalid", /name a measure/],
    ["measure=helped&limit=1", "query-invalid", /a link has/],
    ["measure=helped&where=zone", "query-invalid", /DIMENSION:CODE/],
    ["measure=helped&by=zone&by=zone", "query-invalid", undefined],
    ["measure=nothing", "unknown-field", /nothing/],
    ["measure=helped&format=pdf", "not-acceptable", /text\/csv/],
    ["measure=helped&member=not/a/member", "query-invalid", undefined],
  ] as const)("%s is refused: %s", async (query, reason, detail) =>
    expectProblem(await link(query), reason, detail),
  );

  test("nobody offers what is not there", async () => {
    await expectProblem(await fetch(`${hub}/v1/tables/niente/2025?measure=any`), "unknown-dataset");
  });
});

describe("POST /v1/query", () => {
  const question = {
    members: [CITY],
    dataset: "aiuti",
    period: "2025",
    measures: [{ count: "any" as const }, { mean: "hours" }],
    by: ["sex"],
    where: {},
  };
  const send = async (headers: Record<string, string>, format = "") => {
    const authorization = `DPoP ${await tokenFor(asker, purposeId)}`;
    const body = await signQuestion(asker, { ...question, purposeId });
    const answer = await fetch(`${hub}/v1/query${format}`, {
      method: "POST",
      headers: { authorization, "content-type": "application/jose", ...headers },
      body,
    });
    return answer;
  };

  test("without a wish, or with any: the signed statement, as before", async () => {
    for (const headers of [{}, { accept: "*/*" }, { accept: "application/jose" }]) {
      const response = await send(headers);
      expect(response.headers.get("content-type")).toBe("application/jose");
      expect((await response.text()).split(".")).toHaveLength(3);
    }
  });

  test.each([
    [{ accept: "text/csv" }, "", "csv"],
    [{}, "?format=xlsx", "xlsx"],
    [{ accept: "application/vnd.apache.parquet" }, "", "parquet"],
    [{ accept: "application/vnd.sdmx.data+csv;version=2.0.0" }, "", "sdmx-csv"],
  ] as const)("%j %s gives %s", async (headers, query, format) => {
    const response = await send(headers, query);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(mediaTypeOf(format));
    expect(response.headers.get("tavolo-statement")).toMatch(/^[\w-]{43}$/);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(200);
  });

  test("what is not offered is refused before the question is used up", async () => {
    const body = await signQuestion(asker, { ...question, purposeId });
    const authorization = `DPoP ${await tokenFor(asker, purposeId)}`;
    const ask = (accept: string) =>
      fetch(`${hub}/v1/query`, {
        method: "POST",
        headers: { authorization, "content-type": "application/jose", accept },
        body,
      });
    await expectProblem(await ask("image/png"), "not-acceptable", /application\/jose/);
    expect((await ask("text/csv")).status).toBe(200);
  });
});

describe("a release at its node", () => {
  const cube = (format: string, accept?: string) =>
    fetch(`${node}/v1/releases/tavola/2025/1/cube${format}`, { headers: accept ? { accept } : {} });

  test("as it was released: Parquet unless another format is asked for", async () => {
    const manifest = await (await fetch(`${node}/v1/releases`)).json();
    const digests = (manifest as { manifests: string[] }).manifests.map(
      (jws) => JSON.parse(Buffer.from(jws.split(".")[1]!, "base64url").toString()).cube,
    );
    expect(digests).toContain(sha256(new Uint8Array(await (await cube("")).arrayBuffer())));
    expect(await (await cube("?format=csv")).text()).toContain(
      "FIELD,OBS_VALUE,SD,OBS_STATUS,CONF_STATUS",
    );
  });

  test("as a table for readers, by Accept", async () => {
    const dataset = JSONstat((await (await cube("", mediaTypeOf("json-stat"))).json()) as object);
    for (const [zone, value] of Object.entries({ nord: 70, centro: 60, sud: 70, _T: 200 }))
      expect(
        dataset.Data({
          MEMBER: CITY,
          zone,
          MEASURE: "helped",
          TIME_PERIOD: "2025",
          STATISTIC: "value",
        }),
      ).toEqual({
        value,
        status: "A",
      });
    const sdmx = rows(await (await cube("?format=sdmx-csv")).text());
    expect(sdmx.map(({ ZONE, OBS_VALUE }) => [ZONE, OBS_VALUE])).toContainEqual(["_T", "200"]);
    await expectProblem(await cube("?format=pdf"), "not-acceptable");
  });

  test("records still need a token in every format", async () => {
    await expectProblem(
      await fetch(`${node}/v1/releases/aiuti/2025/1/cube?format=json-stat`),
      "token-missing",
    );
  });
});
