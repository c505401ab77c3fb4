import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTable, dynamoStore } from "../store/dynamo.ts";
import { openEmbeddedStore } from "./embedded-store.ts";

const key = "embedded";
let folder: string;
const children: ChildProcess[] = [];
const clients: DynamoDBClient[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "embedded-"));
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  for (const child of children.splice(0)) await kill(child);
  await rm(folder, { recursive: true });
});

test("keeps what was written over a restart", async () => {
  const first = await openEmbeddedStore({ path: folder, accessKeyId: key });
  await createTable(clientOf(first.url), "member");
  await dynamoStore(clientOf(first.url), "member").put({
    pk: "hub#a",
    sk: "a",
    body: "kept",
    revision: 1,
  });
  await Promise.all([first.close(), first.close()]);

  const second = await openEmbeddedStore({ path: folder, accessKeyId: key });
  expect((await dynamoStore(clientOf(second.url), "member").get("hub#a", "a"))?.body).toBe("kept");
  await second.close();
});

test("a process killed under load loses nothing that it acknowledged", async () => {
  const { child, url } = await openInChild();
  const client = clientOf(url);
  await createTable(client, "member");
  const store = dynamoStore(client, "member");
  const acknowledged: string[] = [];
  let alive = true;
  const writer = async (name: number) => {
    for (let n = 0; alive; n++) {
      const sk = `${name}.${n}`;
      const written = await store
        .put({ pk: "hub#load", sk, body: sk, revision: 1 }, { kind: "absent" })
        .catch(() => false);
      if (written) acknowledged.push(sk);
    }
  };
  const load = Promise.all(Array.from({ length: 16 }, (_, name) => writer(name)));
  while (acknowledged.length < 500) await pause(5);
  await kill(child);
  alive = false;
  client.destroy();
  await load;

  // The lock of the dead process is taken over.
  const again = await openEmbeddedStore({ path: folder, accessKeyId: key });
  const kept = new Set<string>();
  for await (const { sk } of dynamoStore(clientOf(again.url), "member").query("hub#load"))
    kept.add(sk);
  expect(acknowledged.filter((sk) => !kept.has(sk))).toEqual([]);
  await again.close();
});

test("a second process on the folder is told who has it", async () => {
  const { child } = await openInChild();
  await expect(openEmbeddedStore({ path: folder, accessKeyId: key })).rejects.toThrow(
    `in use by process ${child.pid}.`,
  );
});

test("so is the same process, and a folder that was let go is free", async () => {
  const first = await openEmbeddedStore({ path: folder, accessKeyId: key });
  await expect(openEmbeddedStore({ path: folder, accessKeyId: key })).rejects.toThrow(
    `in use by process ${process.pid}.`,
  );
  await first.close();
  await (await openEmbeddedStore({ path: folder, accessKeyId: key })).close();
});

test.runIf(process.platform === "linux")(
  "a lock whose number now belongs to another process is no lock",
  async () => {
    await writeFile(join(folder, "lock-1"), JSON.stringify({ pid: process.pid, started: "1" }));
    await (await openEmbeddedStore({ path: folder, accessKeyId: key })).close();
  },
);

test("of many that find a dead lock one gets the folder", async () => {
  await writeFile(join(folder, "lock-7"), JSON.stringify({ pid: 2 ** 22 + 1, started: "1" }));
  const opened = await Promise.allSettled(
    Array.from({ length: 8 }, () => openEmbeddedStore({ path: folder, accessKeyId: key })),
  );
  const stores = opened.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  expect(stores).toHaveLength(1);
  expect((await readdir(folder)).sort()).toEqual(["db", "lock-8"]);
  await stores[0]!.close();
});

test("whoever does not name the key meets a closed door", async () => {
  const store = await openEmbeddedStore({ path: folder, accessKeyId: key });
  await createTable(clientOf(store.url), "member");
  const item = { pk: "hub#a", sk: "a", body: 1, revision: 1 };
  for (const wrong of ["other", `${key}x`, key.slice(1), key.toUpperCase()]) {
    const refusal = await dynamoStore(clientOf(store.url, wrong), "member")
      .put(item)
      .catch((error) => error);
    expect(refusal.$metadata.httpStatusCode).toBe(403);
  }
  const signed = `Credential=${key}/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;
  for (const headers of [
    {},
    { authorization: `Bearer ${key}` },
    { authorization: signed },
    { authorization: `AWS4-HMAC-SHA256 X, ${signed}` },
  ]) {
    const answer = await fetch(store.url, { headers });
    expect([answer.status, await answer.text()]).toEqual([403, ""]);
  }
  const inQuery = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(`${key}/20260101/local/dynamodb/aws4_request`)}`;
  expect((await fetch(`${store.url}/?${inQuery}`, { method: "POST", body: "{}" })).status).toBe(
    403,
  );
  expect(await dynamoStore(clientOf(store.url), "member").get("hub#a", "a")).toBeUndefined();
  await store.close();
});

test("a client that goes away in the middle of a request takes nobody with it", async () => {
  const store = await openEmbeddedStore({ path: folder, accessKeyId: key });
  const socket = connect(store.port, "127.0.0.1");
  const credential = `AWS4-HMAC-SHA256 Credential=${key}/20260101/local/dynamodb/aws4_request`;
  socket.write(
    `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: ${credential}\r\nContent-Length: 100\r\n\r\n{`,
  );
  await pause(50);
  socket.resetAndDestroy();
  await pause(50);
  await createTable(clientOf(store.url), "member");
  await store.close();
});

function clientOf(endpoint: string, accessKeyId = key): DynamoDBClient {
  const client = new DynamoDBClient({
    endpoint,
    region: "local",
    credentials: { accessKeyId, secretAccessKey: "unused" },
    maxAttempts: 1,
  });
  clients.push(client);
  return client;
}

async function openInChild(): Promise<{ child: ChildProcess; url: string }> {
  const script = `
    const { openEmbeddedStore } = await import(${JSON.stringify(new URL("./embedded-store.ts", import.meta.url))});
    console.log((await openEmbeddedStore(${JSON.stringify({ path: folder, accessKeyId: key })})).url);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const [line] = await once(child.stdout!, "data");
  return { child, url: String(line).trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
