/** The state of one machine, under `.tavolo/`: where everything lies, and who has it open. */

import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import * as z from "zod";
import { ifAbsent } from "../../schemas/caught.ts";
import type { Store } from "../../schemas/ports.ts";
import { Bilingual, MemberId } from "../../schemas/words.ts";
import type { EmbeddedStore } from "./embedded-store.ts";
import { checkForm, takeOver } from "./state-form.ts";

/**
 * Folders by who may read them. `published` and `answering` are all that the answering process can read, `desk` all that the desk
 * can; `members` holds
 * keys, versions and drafts; `store/private` the items of the keep and release roles.
 */
export const paths = (root: string) => ({
  root,
  /** state-form.ts */
  form: join(root, "form"),
  run: join(root, "run.json"),
  clock: join(root, "clock.json"),
  store: (side: "public" | "private") => join(root, "store", side),
  member: (id: string) => join(root, "members", id, "member.json"),
  key: (id: string, use: string) => join(root, "members", id, "keys", `${use}.jwk`),
  private: (id: string) => join(root, "members", id, "private"),
  entry: (id: string) => join(root, "members", id, "entry.jws"),
  history: (id: string) => join(root, "members", id, "history.json"),
  joined: join(root, "hub.json"),
  directory: join(root, "directory.json"),
  published: (id: string) => join(root, "published", id),
  publishedAll: join(root, "published"),
  answering: join(root, "answering"),
  answeringKey: (id: string) => join(root, "answering", `${id}.jwk`),
  bundle: join(root, "answering", "answering.mjs"),
  desk: join(root, "desk"),
  /** `client`: by which the desk is known to its provider, where it has no secret. */
  deskKey: (id: string, use: "session" | "client") => join(root, "desk", `${id}-${use}.jwk`),
  deskBundle: join(root, "desk", "desk.mjs"),
});
export type Paths = ReturnType<typeof paths>;

export const stateRoot = (folder?: string): string =>
  resolve(folder ?? process.env.TAVOLO_STATE ?? ".tavolo");

/** A member as this machine knows it. */
export const LocalMember = z.strictObject({
  id: MemberId,
  name: Bilingual,
  roles: z.array(z.enum(["provider", "consumer", "operator"])),
  /** Whether this machine runs a node for it. */
  node: z.boolean(),
  /** Whether that node has, or had, a desk at which people sign in. */
  desk: z.boolean().optional(),
});
export type LocalMember = z.infer<typeof LocalMember>;

/** Throws where the state is of another form. */
export async function localMembers(at: Paths): Promise<LocalMember[]> {
  await checkForm(at);
  const ids = await readdir(join(at.root, "members")).catch(ifAbsent([]));
  return Promise.all(
    ids
      .sort()
      .map(async (id) => LocalMember.parse(JSON.parse(await readFile(at.member(id), "utf8")))),
  );
}

/** How a command reaches the stores of a federation that is running: readable by this user alone. */
const Run = z.strictObject({
  pid: z.number(),
  hub: z.string(),
  /** Where each member reaches its own node. */
  owners: z.record(MemberId, z.string()).optional(),
  stores: z.strictObject({
    public: z.strictObject({ url: z.string(), accessKeyId: z.string() }),
    private: z.strictObject({ url: z.string(), accessKeyId: z.string() }),
  }),
});
type Run = z.infer<typeof Run>;
const Holder = z.looseObject({ pid: Run.shape.pid });

/** The federation that runs on this state, if one does. */
export async function running(at: Paths): Promise<Run | undefined> {
  const text = await readFile(at.run, "utf8").catch(ifAbsent(undefined));
  if (text === undefined) return undefined;
  const run: unknown = JSON.parse(text);
  // whoever has died is no matter, however its version wrote this
  const { pid } = Holder.parse(run);
  try {
    process.kill(pid, 0);
  } catch {
    return undefined;
  }
  return Run.parse(run);
}

/** Forgets the state, of whatever form it is. Nothing runs on it: whoever calls has looked. */
export async function forget(at: Paths): Promise<void> {
  for (const part of [
    ...["members", "published", "answering", "desk", "store", "heads"],
    ...["clock.json", "run.json", "hub.json", "directory.json", "form"],
  ])
    await rm(join(at.root, part), { recursive: true, force: true });
}

export async function announce(at: Paths, run: Run): Promise<void> {
  await rm(at.run, { force: true });
  await writeFile(at.run, JSON.stringify(run), { mode: 0o600 });
}

/** The stores of this state: those of the running federation, or opened here for as long as the command takes. */
export interface Stores {
  readonly access: Run["stores"];
  /** Both sides of a member's table, for the keep and release roles. */
  store(member: string): Promise<Store>;
  close(): Promise<void>;
}

export async function openStores(at: Paths): Promise<Stores> {
  const run = await running(at);
  if (run !== undefined) return storesAt(run.stores, async () => {});
  await takeOver(at);
  const { openEmbeddedStore } = await import("./embedded-store.ts");
  const opened: EmbeddedStore[] = [];
  const open = async (side: "public" | "private") => {
    const accessKeyId = randomBytes(24).toString("base64url");
    await mkdir(at.store(side), { recursive: true, mode: 0o700 });
    const store = await openEmbeddedStore({ path: at.store(side), accessKeyId });
    opened.push(store);
    return { url: store.url, accessKeyId };
  };
  const close = async () => {
    await Promise.all(opened.map((store) => store.close()));
  };
  try {
    return await storesAt({ public: await open("public"), private: await open("private") }, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** What speaks DynamoDB's protocol takes long to load, and most commands open no store: it is loaded here, and not before. */
async function storesAt(access: Run["stores"], close: () => Promise<void>): Promise<Stores> {
  const [{ createTable, dynamoStore }, { splitStore }, { localClient, tableOf }] =
    await Promise.all([
      import("../store/dynamo.ts"),
      import("../store/split.ts"),
      import("./serving/stores.ts"),
    ]);
  const clients = {
    public: localClient(access.public.url, access.public.accessKeyId),
    private: localClient(access.private.url, access.private.accessKeyId),
  };
  const known = new Map<string, Promise<Store>>();
  const open = async (member: string): Promise<Store> => {
    const table = tableOf(member);
    await createTable(clients.public, table);
    await createTable(clients.private, table);
    return splitStore(dynamoStore(clients.private, table), dynamoStore(clients.public, table));
  };
  return {
    access,
    store(member) {
      const store = known.get(member) ?? open(member);
      known.set(member, store);
      return store;
    },
    async close() {
      clients.public.destroy();
      clients.private.destroy();
      await close();
    },
  };
}
