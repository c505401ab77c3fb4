/** Blobs as objects of one bucket, below one prefix. */

import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Blobs } from "../../schemas/ports.ts";
import { checkedPath, checkedPrefix } from "./path.ts";

/**
 * Blobs in `bucket` below `prefix` (empty, or ending in `/`). `local` keeps copies in `scratch`, a folder of this
 * machine that nobody else writes to; a copy goes when its blob is deleted through here.
 */
export function s3Blobs(client: S3Client, bucket: string, prefix: string, scratch: string): Blobs {
  if (prefix !== "" && !prefix.endsWith("/")) throw new TypeError("A prefix of a bucket ends in /");
  const at = (path: string) => ({ Bucket: bucket, Key: prefix + checkedPath(path) });
  const copiesOf = (path: string) => join(scratch, sha256(`${bucket}/${prefix}${path}`));

  return {
    async read(path) {
      const object = await client.send(new GetObjectCommand(at(path))).catch(absent);
      return object && (await given(object.Body).transformToByteArray());
    },

    async write(path, bytes) {
      await client.send(new PutObjectCommand({ ...at(path), Body: bytes }));
    },

    async delete(path) {
      await client.send(new DeleteObjectCommand(at(path)));
      await rm(copiesOf(path), { recursive: true, force: true });
    },

    async list(beginning) {
      const paths: string[] = [];
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix + checkedPrefix(beginning),
            ...(token && { ContinuationToken: token }),
          }),
        );
        for (const { Key } of page.Contents ?? []) paths.push(given(Key).slice(prefix.length));
        token = page.NextContinuationToken;
      } while (token);
      return paths.sort();
    },

    async local(path) {
      const head = await client.send(new HeadObjectCommand(at(path))).catch(absent);
      if (!head) throw new Error(`There is no blob ${path}`);
      const folder = copiesOf(path);
      const tag = given(head.ETag);
      // Named by content: a blob that was written anew is another file, and an engine may still be reading the old one.
      const copy = join(folder, sha256(tag) + extname(path));
      if (await exists(copy)) return copy;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const object = await client.send(new GetObjectCommand({ ...at(path), IfMatch: tag }));
      const draft = join(folder, randomUUID());
      try {
        await writeFile(
          draft,
          given(object.Body).transformToWebStream() as AsyncIterable<Uint8Array>,
          {
            mode: 0o600,
          },
        );
        await rename(draft, copy);
      } finally {
        await rm(draft, { force: true });
      }
      return copy;
    },
  };
}

/** What S3 leaves out of no answer. Of its own here: a hub's bundle, which has this file for its clients, must drop it whole. */
function given<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError("S3 answered without what it always sends");
  return value;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

function absent(error: unknown): undefined {
  if (error instanceof NoSuchKey || error instanceof NotFound) return undefined;
  throw error;
}
