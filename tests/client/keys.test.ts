/** A member's key on its way out of the state: into a file that only its owner reads, or behind the # of a link. */
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect, keyFile } from "../../adapters/client/nodejs.ts";
import { readSignin, signinLink } from "../../adapters/client/signin.ts";
import { tavolo } from "../world/process.ts";
import { ASKER, question, type Running, running } from "./federation.ts";

let up: Running;
beforeAll(async () => {
  up = await running();
});
afterAll(() => up.world.close());

test("key export writes what a program then asks with, and touches nothing that is there", async () => {
  const out = join(up.world.at.root, "exported.jwk");
  const ended = await tavolo(up.world.at.root, ["key", "export", "--as", ASKER, "--out", out]);
  expect([ended.code, ended.err]).toEqual([
    0,
    expect.stringContaining("Whoever has this file is this member"),
  ]);
  expect((await stat(out)).mode & 0o777).toBe(0o600);
  const client = await connect({
    hub: up.hub,
    member: ASKER,
    key: await keyFile(out),
    clock: up.world.clock,
  });
  expect((await client.ask(question())).figures.length).toBeGreaterThan(0);

  const before = await readFile(out, "utf8");
  const again = await tavolo(up.world.at.root, ["key", "export", "--as", ASKER, "--out", out]);
  expect([again.code, again.err]).toEqual([1, expect.stringContaining("is there already")]);
  expect(await readFile(out, "utf8")).toBe(before);
  // nothing of the key is printed
  expect(ended.out + ended.err + again.out + again.err).not.toContain(up.jwk.d);
});

test("signin prints a link to this machine's hub, with everything behind the #", async () => {
  const { code, out } = await tavolo(up.world.at.root, ["signin", "--as", ASKER]);
  expect(code).toBe(0);
  const link = new URL(out.trim());
  expect(`${link.origin}${link.pathname}${link.search}`).toBe(`${up.hub}/`);
  const { member, key, ahead } = readSignin(link.hash)!;
  expect([member, key.d, Math.abs(ahead)]).toEqual([ASKER, up.jwk.d, expect.any(Number)]);
  const client = await connect({
    hub: link.origin,
    member,
    key,
    clock: () => Math.floor(Date.now() / 1000) + ahead,
  });
  expect((await client.ask(question())).statement.outcomes).toHaveLength(2);
});

test.each(["", "#", "#signin=", "#signin=e30", "#signin=!!", "#other=e30"])(
  "%j is no sign-in",
  (fragment) => {
    expect(readSignin(fragment)).toBeUndefined();
  },
);

test("what is put into a link is read out of it", () => {
  const signin = {
    member: ASKER,
    key: { kty: "EC", crv: "P-256", x: "x".repeat(43), y: "y".repeat(43), d: "d".repeat(43) },
    ahead: -60,
  } as const;
  expect(readSignin(new URL(signinLink("http://127.0.0.1:8080", signin)).hash)).toEqual(signin);
});

test("query on the command line is the client's", async () => {
  const file = join(up.world.at.root, "question.json");
  await writeFile(file, JSON.stringify(question()));
  const saved = join(up.world.at.root, "saved.json");
  const asked = await tavolo(up.world.at.root, ["query", file, "--as", ASKER, "--save", saved]);
  expect([asked.code, asked.err]).toEqual([0, ""]);
  expect((await tavolo(up.world.at.root, ["verify", saved])).code).toBe(0);
});

test("query --link prints an address on standard error, and unlink takes it back", async () => {
  const file = join(up.world.at.root, "linked.json");
  await writeFile(file, JSON.stringify(question()));
  const asked = await tavolo(up.world.at.root, [
    "query",
    file,
    "--as",
    ASKER,
    "--link",
    "--format",
    "json",
  ]);
  expect(JSON.parse(asked.out)).toHaveProperty("statements.question");
  const [link] = /http\S+/.exec(asked.err)!;
  expect(await (await fetch(`${link}?format=csv`)).text()).toContain("OBS_VALUE");
  expect((await tavolo(up.world.at.root, ["unlink", link, "--as", ASKER])).code).toBe(0);
  expect((await fetch(link)).status).toBe(404);
});
