/** Members on this machine: their keys, and the directory entry that they sign. */
import { access, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { signCompact } from "../../functions/signing/jws.ts";
import type { DirectoryEntry, KeyUse } from "../../schemas/member.ts";
import type { Signer } from "../../schemas/ports.ts";
import { createKeyFile, fileSigner } from "../keys/file.ts";
import type { LocalMember, Paths } from "./state.ts";
import { takeOver } from "./state-form.ts";

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function keyAt(path: string): Promise<Signer> {
  if (await exists(path)) return fileSigner(path);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return createKeyFile(path);
}

/** The key of a member for one use. Those of answers and of sessions lie where the process that signs with them can read them. */
export const keyOf = (at: Paths, member: string, use: KeyUse): Promise<Signer> =>
  keyAt(keyPath(at, member, use));
export function keyPath(at: Paths, member: string, use: KeyUse): string {
  if (use === "answer") return at.answeringKey(member);
  return use === "session" ? at.deskKey(member, "session") : at.key(member, use);
}

/** Makes a member: its keys, and what this machine knows of it. May be repeated. */
export async function createMember(at: Paths, member: LocalMember): Promise<void> {
  await takeOver(at);
  for (const use of usesOf(member)) await keyOf(at, member.id, use);
  await writeFile(at.member(member.id), JSON.stringify(member, null, 2));
}

/** The keys that a member needs. */
export const usesOf = ({ node, desk, roles }: LocalMember): KeyUse[] => [
  "member",
  ...(node ? (["release", "answer"] as const) : []),
  ...(desk ? (["session"] as const) : []),
  ...(roles.includes("operator") ? (["hub"] as const) : []),
];

/** A member's first directory entry, signed. Later ones: entries.ts. */
export async function entryOf(
  at: Paths,
  member: LocalMember,
  now: number,
  url?: string,
): Promise<{ entry: DirectoryEntry; jws: string }> {
  const keys = await Promise.all(
    usesOf(member).map(async (use) => {
      const { kid, jwk } = await keyOf(at, member.id, use);
      // keys of this machine are as old as its local clock may be set back to
      return { kid, use, jwk, from: 0 };
    }),
  );
  const { id, name, roles } = member;
  const entry: DirectoryEntry = {
    v: 1,
    iss: id,
    iat: now,
    id,
    name,
    roles: [...roles],
    keys,
    ...(url ? { url } : {}),
  };
  return {
    entry,
    jws: await signCompact(await keyOf(at, id, "member"), "tavolo-member+jws", entry),
  };
}
