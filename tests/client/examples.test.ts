/** What the how-to shows runs: the examples as they lie there, and the three lines from the package as others install it. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildClient } from "../../adapters/client/package/build.ts";
import { ASKER, OTHER, question, type Running, running } from "./federation.ts";

const execute = promisify(execFile);
let up: Running;
beforeAll(async () => {
  up = await running();
});
afterAll(() => up.world.close());

const environment = () => ({
  ...process.env,
  TAVOLO_HUB: up.hub,
  TAVOLO_MEMBER: ASKER,
  TAVOLO_KEY: up.keyFile,
});
const run = async (file: string, cwd = process.cwd()) =>
  (await execute(process.execPath, [file, JSON.stringify(question())], { cwd, env: environment() }))
    .stdout;

describe("docs/examples", () => {
  test("ask.ts prints the figures of both cities and together", async () => {
    const lines = (await run("docs/examples/ask.ts")).trim().split("\n");
    expect(lines).toHaveLength(2 * 3 * 2 + 1);
    for (const member of [ASKER, OTHER, "_T"])
      expect(lines.filter((line) => line.startsWith(`${member}  `))).toHaveLength(4);
    expect(lines.at(-1)).toMatch(/^verified: \d+ checks/);
  });

  test("recompute.ts recomputes what both answered", async () => {
    const said = await run("docs/examples/recompute.ts");
    for (const member of [ASKER, OTHER])
      expect(said).toContain(`the figures of ${member} are those of its release, recomputed`);
  });
});

describe("the package", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tavolo-client-"));
    await buildClient(join(folder, "built"));
    const { stdout } = await execute(
      "npm",
      ["pack", "--silent", "--pack-destination", folder, join(folder, "built")],
      { cwd: folder },
    );
    const installed = join(folder, "node_modules/tavolo");
    await mkdir(installed, { recursive: true });
    await execute("tar", [
      "-xzf",
      join(folder, stdout.trim()),
      "-C",
      installed,
      "--strip-components=1",
    ]);
    // what npm would fetch
    const { dependencies } = JSON.parse(
      await readFile(join(installed, "package.json"), "utf8"),
    ) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(dependencies)).toEqual(["jose", "zod"]);
    for (const name of Object.keys(dependencies))
      await symlink(resolve("node_modules", name), join(folder, "node_modules", name));
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("the three lines of the how-to run from it", async () => {
    const page = await readFile("docs/how-to/use-the-client.md", "utf8");
    const three = /```js\n([\s\S]*?)```/.exec(page)![1]!;
    const lines = three.trim().split("\n");
    expect(lines.filter((line) => !line.startsWith("import"))).toHaveLength(2);
    const script = `const { TAVOLO_HUB, TAVOLO_MEMBER, TAVOLO_KEY } = process.env; const question = JSON.parse(process.argv[2]);
${three
  .replace(/"https:[^"]*"/, "TAVOLO_HUB")
  .replace('"IT-028060"', "TAVOLO_MEMBER")
  .replace('"member.jwk"', "TAVOLO_KEY")}
console.log(JSON.stringify(figures));`;
    await writeFile(join(folder, "three.js"), script);
    const figures = JSON.parse(await run("three.js", folder)) as object[];
    expect(figures).toHaveLength(2 * 3 * 2);
  });

  test.each([
    [
      "Node",
      [],
      'import { connect, keyFile } from "tavolo/client"; const key = await keyFile("member.jwk");',
    ],
    [
      "a browser",
      ["browser"],
      'import { connect } from "tavolo/client"; const key = { kty: "EC" };',
    ],
  ])("its types hold for a strict program in %s", async (_, customConditions, beginning) => {
    const use = `${beginning}
const tavolo = await connect({ hub: "https://hub.example", member: "IT-028060", key });
const { figures } = await tavolo.ask({ members: ["IT-028060"], dataset: "d", period: "2022", measures: [{ count: "any" }] });
for (const figure of figures) if (figure.state === "shown") { const value: number = figure.value; void value; } else { const none: null = figure.value; void none; }
// @ts-expect-error a measure is a declared field
await tavolo.ask({ members: ["IT-028060"], dataset: "d", period: "2022", measures: [{ median: "any" }] });`;
    await writeFile(join(folder, "use.ts"), use);
    const compilerOptions = {
      target: "es2022",
      lib: ["es2024", "dom"],
      module: "nodenext",
      strict: true,
      noEmit: true,
      types: [],
      customConditions,
    };
    await writeFile(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["use.ts"] }),
    );
    const { stdout } = await execute(process.execPath, [
      resolve("node_modules/typescript/bin/tsc"),
      "-p",
      folder,
    ]).catch((error: { stdout: string }) => error);
    expect(stdout).toBe("");
  });
});
