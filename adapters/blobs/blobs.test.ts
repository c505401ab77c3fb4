import { once } from "node:events";
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blobsContract, bytesOf, textOf } from "./blobs.contract.ts";
import { diskBlobs } from "./disk.ts";
import { s3Blobs } from "./s3.ts";

// s3rver is CommonJS and comes without types.
const S3rver = createRequire(import.meta.url)("@20minutes/s3rver") as new (
  options: Record<string, unknown>,
) => { callback(): RequestListener };

let folder: string;
let server: Server;
let client: S3Client;
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "blobs-"));
  // It reads the signatures of today's SDK wrongly; whose they are is not what is tested here.
  const s3 = new S3rver({
    directory: join(folder, "s3"),
    silent: true,
    vhostBuckets: false,
    allowMismatchedSignatures: true,
  });
  server = createServer(s3.callback()).listen(0, "127.0.0.1");
  await once(server, "listening");
  client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
  });
  await client.send(new CreateBucketCommand({ Bucket: "blobs" }));
});
afterAll(async () => {
  client.destroy();
  server.close();
  await rm(folder, { recursive: true });
});

describe("on disk", () => {
  blobsContract(() => diskBlobs(join(folder, `disk-${++made}`)));

  // S3 gives its word for this; the server that stands in for it does not keep it.
  test("a reader beside writers sees one of them whole", async () => {
    const blobs = diskBlobs(join(folder, "raced"));
    const contents = Array.from({ length: 8 }, (_, n) => String(n).repeat(2_000_000));
    await blobs.write("raced", bytesOf(contents[0]!));
    let writing = true;
    const writes = Promise.all(
      contents.map((content) => blobs.write("raced", bytesOf(content))),
    ).finally(() => {
      writing = false;
    });
    let reads = 0;
    for (; writing || reads === 0; reads++)
      expect(contents).toContain(textOf(await blobs.read("raced")));
    await writes;
  });

  test.skipIf(process.platform === "win32")(
    "only plain files are read, written or listed",
    async () => {
      const root = join(folder, "links");
      await mkdir(join(root, "a"), { recursive: true });
      await mkdir(join(folder, "outside"));
      await writeFile(join(folder, "outside", "secret"), "secret");
      await symlink(join(folder, "outside", "secret"), join(root, "a", "link"));
      await symlink(join(folder, "outside"), join(root, "folder"));
      const blobs = diskBlobs(root);
      for (const path of ["a/link", "folder/secret", "a"]) {
        await expect(blobs.read(path)).rejects.toThrow(TypeError);
        await expect(blobs.write(path, bytesOf("x"))).rejects.toThrow(TypeError);
        await expect(blobs.delete(path)).rejects.toThrow(TypeError);
        await expect(blobs.local(path)).rejects.toThrow(TypeError);
      }
      expect(await blobs.list("")).toEqual([]);
      await expect(blobs.list("folder/")).rejects.toThrow(TypeError);
      expect(await readFile(join(folder, "outside", "secret"), "utf8")).toBe("secret");
    },
  );

  test("what a dead process left half written is never seen, and goes", async () => {
    const root = join(folder, "abandoned");
    await mkdir(root);
    const [old, fresh] = [join(root, ".tmp-old"), join(root, ".tmp-fresh")];
    await writeFile(old, "rows");
    await writeFile(fresh, "rows");
    await utimes(old, 0, 0);
    const blobs = diskBlobs(root);
    expect(await blobs.list("")).toEqual([]);
    await blobs.write("a", bytesOf("a"));
    expect((await readdir(root)).sort()).toEqual([".tmp-fresh", "a"]);
  });

  test.skipIf(process.platform === "win32")("others on the machine cannot read them", async () => {
    const root = join(folder, "modes");
    await diskBlobs(root).write("a/b", bytesOf("x"));
    expect((await lstat(join(root, "a/b"))).mode & 0o077).toBe(0);
    expect((await lstat(join(root, "a"))).mode & 0o077).toBe(0);
  });
});

describe("on S3", () => {
  blobsContract(() =>
    s3Blobs(client, "blobs", `member-${++made}/`, join(folder, `scratch-${made}`)),
  );

  test("keeps to its prefix", async () => {
    await s3Blobs(client, "blobs", "one/", join(folder, "scratch")).write("x", bytesOf("x"));
    await s3Blobs(client, "blobs", "one-more/", join(folder, "scratch")).write("y", bytesOf("y"));
    expect(await s3Blobs(client, "blobs", "one/", join(folder, "scratch")).list("")).toEqual(["x"]);
    expect(
      await client.send(new GetObjectCommand({ Bucket: "blobs", Key: "one/x" })),
    ).toBeDefined();
    expect(() => s3Blobs(client, "blobs", "one", folder)).toThrow(TypeError);
  });

  // A mock, because the server of this test fails at its second page: it asks for a cipher that OpenSSL 3 has retired.
  test("walks through every page of a list", async () => {
    const paged = new S3Client({ region: "eu-south-1" });
    const mock = mockClient(paged);
    const asked = { Bucket: "blobs", Prefix: "one/n" };
    mock.on(ListObjectsV2Command, asked).resolves({
      Contents: [{ Key: "one/n/1" }],
      IsTruncated: true,
      NextContinuationToken: "more",
    });
    mock
      .on(ListObjectsV2Command, { ...asked, ContinuationToken: "more" })
      .resolves({ Contents: [{ Key: "one/n/2" }] });
    expect(await s3Blobs(paged, "blobs", "one/", folder).list("n")).toEqual(["n/1", "n/2"]);
  });

  test("a bucket that cannot be reached, or is not there, is an error", async () => {
    await expect(s3Blobs(client, "no-such-bucket", "", folder).read("x")).rejects.toThrow();
    await expect(
      s3Blobs(client, "no-such-bucket", "", folder).write("x", bytesOf("x")),
    ).rejects.toThrow();
  });
});
