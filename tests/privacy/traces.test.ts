/** The look at what a run wrote finds each thing that must not be there, in each place where it could be; and then the run fails. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { proofFor } from "../../functions/access/dpop.ts";
import { signCompact } from "../../functions/signing/jws.ts";
import { memorySigner } from "../world/federation.ts";
import { leaksIn, leaksOf } from "./leaks.ts";

const CHECKOUT = join(import.meta.dirname, "../..");
const signer = memorySigner();
const PSEUDONYM = "bm9ib2R5J3MgbmFtZSBoZQ";
const secrets = new Map([
  [PSEUDONYM, "pseudonym"],
  ["c2VjcmV0IG9mIG5vYm9keSBhdCBhbGwgaGVyZSBhbmQ", "private key"],
]);
const within = async (text: string) => signCompact(signer, "tavolo-statement+jws", { text });

describe("is found", () => {
  test.each<[string, () => string | Promise<string>, string]>([
    ["an access token", () => signCompact(signer, "at+jwt", { jti: "x" }), "token (at+jwt)"],
    [
      "an assertion",
      () => signCompact(signer, "client-assertion+jwt", { jti: "x" }),
      "token (client-assertion+jwt)",
    ],
    [
      "a proof",
      () => proofFor({ method: "GET", url: "https://a.example" }, signer, 1),
      "token (dpop+jwt)",
    ],
    [
      "an envelope",
      () => signCompact(signer, "tavolo-ask+jws", { jti: "x" }),
      "token (tavolo-ask+jws)",
    ],
    [
      "a token inside a statement",
      async () => within(await signCompact(signer, "at+jwt", { jti: "x" })),
      "token (at+jwt)",
    ],
    ["a private key", () => JSON.stringify({ kty: "EC", d: "A".repeat(43) }), "private key"],
    ["a private key in PEM", () => "-----BEGIN PRIVATE KEY-----", "private key"],
    [
      "a private key that is known, alone",
      () => "key=c2VjcmV0IG9mIG5vYm9keSBhdCBhbGwgaGVyZSBhbmQ;",
      "private key",
    ],
    ["a pseudonym", () => `gone: ${PSEUDONYM}\n`, "pseudonym"],
    ["a pseudonym inside a statement", () => within(`of ${PSEUDONYM}`), "pseudonym"],
    ["a tax code", () => "line 7: rssmra85t10a562s", "identifier"],
    ["the code of an invented person", () => "CF000123", "identifier"],
    ["the surname of an invented person", () => '{"row":["Canarino12"]}', "identifier"],
  ])("%s", async (_, made, kind) => {
    const text = `{"code":"x"}\n${await made()} and more\n`;
    expect([...leaksOf(text, secrets, true)]).toEqual([kind]);
    expect([...leaksOf(text, secrets, false)]).toContain(kind);
  });

  test("anything signed, where nothing signed may be", async () => {
    const statement = await within("nothing");
    expect([...leaksOf(statement, secrets, true)]).toEqual([]);
    expect([...leaksOf(statement, secrets, false)]).toEqual(["something signed"]);
  });

  test("and nothing where there is nothing", () => {
    const text = `{"code":"fault","error":"TypeError"}\nIT-028060 ${signer.kid} http://127.0.0.1:8080 Set up in 3 s, 12,000 rows`;
    expect([...leaksOf(text, secrets, false)]).toEqual([]);
  });

  test("in files as a run writes them, by what wrote them, and never the value", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tavolo-traces-"));
    await writeFile(join(folder, "1-1.err"), `a.test.ts: this process\nx ${PSEUDONYM}`);
    await writeFile(join(folder, "1-2.out"), "a.test.ts: cli.ts query\nwell\n");
    await writeFile(join(folder, "1.secrets"), `pseudonym ${PSEUDONYM}\n`);
    expect(await leaksIn(folder)).toEqual({
      leaks: ["pseudonym in a.test.ts: this process (err)"],
      streams: 2,
      secrets: 1,
    });
    await rm(folder, { recursive: true });
  });
});

describe("a run that leaks", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tavolo-leaking-"));
    await mkdir(join(folder, "tests"));
    await symlink(join(CHECKOUT, "node_modules"), join(folder, "node_modules"));
    // the suite's own, but that no project of it looks anywhere else
    const config = [
      `import suite from ${JSON.stringify(join(CHECKOUT, "vitest.config.ts"))};`,
      "const { projects: _, ...test } = suite.test;",
      `const root = ${JSON.stringify(CHECKOUT)};`,
      `export default { ...suite, root, test: { ...test, include: ["tests/*.test.ts"] } };`,
    ];
    await writeFile(join(folder, "vitest.config.ts"), config.join("\n"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  /** A test of one line, run as the suite is. */
  async function run(line: string): Promise<{ code: number; said: string }> {
    const lines = [
      'import { spawn, spawnSync } from "node:child_process";',
      'import { once } from "node:events";',
      'import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";',
      'import { createServer } from "node:http";',
      'import { test } from "vitest";',
      "void [spawn, spawnSync, once, mkdir, mkdtemp, rm, writeFile, createServer];",
      `const leak = "CF000" + "123";`,
      `test("leaks", async () => { ${line} });`,
    ];
    await writeFile(join(folder, "tests/one.test.ts"), lines.join("\n"));
    const args = [
      join(CHECKOUT, "node_modules/vitest/vitest.mjs"),
      "run",
      "--config",
      join(folder, "vitest.config.ts"),
      "--dir",
      folder,
      "--maxWorkers=1",
    ];
    const ended = await promisify(execFile)(process.execPath, args, { cwd: CHECKOUT }).then(
      ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        said: error.stdout + error.stderr,
      }),
    );
    return ended;
  }
  const child = (text: string) => `[process.execPath, ["-e", ${JSON.stringify(text)}, leak]]`;

  test("passes where it does not", async () => {
    const { code, said } = await run('console.log("nothing"); process.stderr.write("nothing");');
    expect([code, said]).toEqual([0, expect.stringMatching(/Traces: none of 0 keys/)]);
  });
  test.each<[string, string, string]>([
    ["in a line of this process", "process.stderr.write(leak)", "this process (err)"],
    ["on the console", "console.log(leak)", "console.log (out)"],
    [
      "in what a child prints",
      `await once(spawn(...${child("console.log(process.argv[1])")}).on("spawn", function () { this.stdout.resume(); }), "close")`,
      "(out)",
    ],
    [
      "in what a child complains of",
      `await once(spawn(...${child("console.error(process.argv[1])")}, { stdio: ["ignore", "ignore", "inherit"] }), "close")`,
      "(err)",
    ],
    [
      "in what a child prints that is waited for",
      `spawnSync(...${child("console.log(process.argv[1])")})`,
      "spawnSync (out)",
    ],
    [
      "in a refusal",
      `const server = createServer((_, response) => response.writeHead(400, { "content-type": "application/problem+json" }).end(leak)).listen(0);
       await once(server, "listening"); await (await fetch("http://127.0.0.1:" + server.address().port)).text(); server.close();`,
      "refusals over HTTP (err)",
    ],
    [
      "of a key that was in a state",
      `const state = await mkdtemp("/tmp/tavolo-leaking-"); const key = "x".repeat(43); await writeFile(state + "/a.jwk", JSON.stringify({ d: key }));
       console.log(key); await rm(state, { recursive: true });`,
      "private key in",
    ],
  ])("fails: %s", async (_, line, where) => {
    const { code, said } = await run(line);
    expect(code, said).not.toBe(0);
    expect(said).toContain("what the suite wrote holds what it must not");
    expect(said).toContain(where);
  });
});
