/**
 * Whom a node trusts, as a directory file in the published bucket: its own signed entry and its hub's. It cannot be in the
 * environment, because an entry names keys that exist only once the stack is deployed. An operator puts it there; none of the
 * node's roles may write it. A new file is read by functions that start after it.
 */

import { readDirectory } from "../../functions/members/directory-file.ts";
import { type DirectoryEntry, DirectoryFile } from "../../schemas/member.ts";
import type { Blobs } from "../../schemas/ports.ts";

const TRUST = "trust/directory.json";

/** Gives an entry by its id; throws an Error that says what to put there. */
export async function trusted(published: Blobs): Promise<(id: string) => DirectoryEntry> {
  const bytes = await published.read(TRUST);
  if (bytes === undefined)
    throw new Error(
      `There is no ${TRUST} in the published bucket: put the node's own signed entry and its hub's there`,
    );
  const entries = await readDirectory(
    DirectoryFile.parse(JSON.parse(Buffer.from(bytes).toString("utf8"))),
  );
  return (id) => {
    const entry = entries.find((candidate) => candidate.id === id);
    if (entry === undefined) throw new Error(`${TRUST} has no entry of ${id}`);
    return entry;
  };
}
