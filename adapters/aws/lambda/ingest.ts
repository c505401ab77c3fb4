/**
 * On AWS: an operator puts a descriptor and files into the private bucket and names them: `{ member, descriptor:
 * "descriptors/…", files: ["inbox/…"] }`. How many rows were read or rejected stands in the private log alone.
 */
import * as z from "zod";
import { job } from "../../../functions/edge/job.ts";
import { ingest } from "../../../functions/keep/ingest/ingest.ts";
import type { Blobs } from "../../../schemas/ports.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { MemberId } from "../../../schemas/words.ts";
import { keep } from "../keep.ts";

const Event = z.strictObject({
  member: MemberId,
  descriptor: z.string().startsWith("descriptors/").max(200),
  files: z.array(z.string().startsWith("inbox/").max(200)).min(1).max(100),
});

export const handler = job(Event, async ({ member, descriptor, files }, scratch) => {
  const deps = keep(process.env, scratch);
  if (member !== deps.member)
    throw new Refused("body-invalid", `this node keeps the rows of ${deps.member}`);
  const text = Buffer.from(await fetched(deps.blobs, descriptor)).toString("utf8");
  const local: string[] = [];
  for (const file of files) local.push(await copied(deps.blobs, file));
  const { dataset } = await ingest(deps, { member, descriptor: parsed(text), files: local });
  return { outcome: "stored" as const, dataset };
});

async function fetched(blobs: Blobs, path: string): Promise<Uint8Array> {
  const bytes = await blobs.read(path);
  if (bytes === undefined)
    throw new Refused("descriptor-invalid", `there is no ${path} in the private bucket`);
  return bytes;
}

async function copied(blobs: Blobs, path: string): Promise<string> {
  if (!(await blobs.list(path)).includes(path))
    throw new Refused("file-unreadable", `there is no ${path} in the private bucket`);
  return blobs.local(path);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused("descriptor-invalid", "the descriptor is not JSON");
  }
}
