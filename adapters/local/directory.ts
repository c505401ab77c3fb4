/** Whom this machine knows, and the hub's directory as far as it goes on from there: nobody exchanges a key unseen. */

import { readFile, writeFile } from "node:fs/promises";
import { readDirectory } from "../../functions/members/directory-file.ts";
import { peek } from "../../functions/signing/jws.ts";
import { ifAbsent } from "../../schemas/caught.ts";
import { DirectoryEntry, DirectoryFile } from "../../schemas/member.ts";
import { send } from "../client/http.ts";
import { chainOf } from "./entries.ts";
import { joinedHub } from "./joining.ts";
import { localMembers, type Paths } from "./state.ts";

/** The members of this state with all their entries, the hub that it joined, and the directory as it was followed last. */
export async function knownHere(at: Paths): Promise<DirectoryFile> {
  const saved = await savedIn(at.directory);
  const chains = await Promise.all((await localMembers(at)).map(({ id }) => chainOf(at, id)));
  const all = [
    ...(saved?.former ?? []),
    ...(saved?.entries ?? []),
    ...((await joinedHub(at))?.entries ?? []),
    ...chains.flat(),
  ];
  const newest = new Map<string, { readonly jws: string; readonly iat: number }>();
  for (const jws of all) {
    const { id, iat } = peek(jws, DirectoryEntry);
    if (iat >= (newest.get(id)?.iat ?? 0)) newest.set(id, { jws, iat });
  }
  const entries = [...newest.values()].map(({ jws }) => jws);
  return { v: 1, entries, former: [...new Set(all)].filter((jws) => !entries.includes(jws)) };
}

/** A directory that was saved to a file, where there is one. */
export async function savedIn(path: string): Promise<DirectoryFile | undefined> {
  const text = await readFile(path, "utf8").catch(ifAbsent(undefined));
  return text === undefined ? undefined : DirectoryFile.parse(JSON.parse(text));
}

interface Followed {
  readonly file: DirectoryFile;
  readonly entries: readonly DirectoryEntry[];
}

/** With what a member of this state has signed and the hub was not told yet. */
async function withOwn(at: Paths, { entries, former = [] }: DirectoryFile): Promise<DirectoryFile> {
  const own = await Promise.all(
    (await localMembers(at)).map(async ({ id }) => ({ id, chain: await chainOf(at, id) })),
  );
  const ahead = own.flatMap(({ id, chain }) => {
    const last = chain.at(-1);
    const told = entries.map((jws) => peek(jws, DirectoryEntry)).find((entry) => entry.id === id);
    return told !== undefined && last !== undefined && peek(last, DirectoryEntry).iat > told.iat
      ? [{ id, last, before: chain.slice(0, -1) }]
      : [];
  });
  const isOther = (jws: string) => !ahead.some(({ id }) => id === peek(jws, DirectoryEntry).id);
  return {
    v: 1,
    entries: [...entries.filter(isOther), ...ahead.map(({ last }) => last)],
    former: [...former.filter(isOther), ...ahead.flatMap(({ before }) => before)],
  };
}

/**
 * The directory of the hub at `url` now, kept here for the next time. `before` is another one that was trusted. Throws `Refused`
 * unreachable; signature-invalid where a member's entries do not go on from those that are known.
 */
export async function followDirectory(
  at: Paths,
  url: string,
  before?: DirectoryFile,
): Promise<Followed> {
  const told = DirectoryFile.parse(
    await (await send(`${url.replace(/\/+$/, "")}/v1/members`)).json(),
  );
  const file = await withOwn(at, told);
  if (before !== undefined) await readDirectory(file, await readDirectory(before));
  const entries = await readDirectory(file, await readDirectory(await knownHere(at)));
  if ((await joinedHub(at))?.url === url) await writeFile(at.directory, JSON.stringify(file));
  return { file, entries };
}
