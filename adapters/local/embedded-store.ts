/** DynamoDB's protocol over LevelDB, in this process and on this disk: the store of a machine that stands alone. */

import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import * as z from "zod";
import { found } from "../../schemas/found.ts";

// dynalite is CommonJS and comes without types.
const dynalite = createRequire(import.meta.url)("dynalite") as (
  options: Record<string, unknown>,
) => Server;

export interface EmbeddedStore {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Opens the store in a folder, on 127.0.0.1 and a free port. Whoever does not name `accessKeyId` meets a closed door.
 * Throws, naming the process, where another one has the folder open.
 */
export async function openEmbeddedStore({
  path,
  accessKeyId,
}: {
  path: string;
  accessKeyId: string;
}): Promise<EmbeddedStore> {
  const folder = resolve(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unlock = await lock(folder);

  const server = dynalite({
    path: join(folder, "db"),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  guard(server, accessKeyId);
  try {
    await new Promise<void>((done, fail) =>
      server.once("error", fail).listen(0, "127.0.0.1", done),
    );
  } catch (error) {
    await unlock();
    throw error;
  }

  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    close() {
      closing ??= shut(server).finally(unlock);
      return closing;
    },
  };
}

/** Puts the door before dynalite, which itself looks at no signature. */
function guard(server: Server, accessKeyId: string): void {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const expected = digest(accessKeyId);
  const inner = found((server.listeners("request") as RequestListener[])[0]);
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const named =
      /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\//.exec(request.headers.authorization ?? "")?.[1] ??
      "";
    // Digests are of one length, so that comparing takes the same time whatever was sent.
    if (!timingSafeEqual(digest(named), expected)) {
      response.writeHead(403, { connection: "close" }).end();
      return;
    }
    inner(request, response);
    // dynalite throws when a client goes away in the middle of a request, which would end this whole process.
    request.removeAllListeners("error").on("error", () => {});
  });
}

async function shut(server: Server): Promise<void> {
  const impatient = setTimeout(() => server.closeAllConnections(), 2000);
  try {
    await new Promise<void>((done, fail) =>
      server.close((error) => (error ? fail(error) : done())),
    );
  } finally {
    clearTimeout(impatient);
  }
}

const Holder = z.object({ pid: z.number().int().positive(), started: z.string() });
type Holder = z.infer<typeof Holder>;

/**
 * Takes the folder, or says who has it. LevelDB holds a lock too, but would only speak up at the first request, and darkly.
 * Locks are numbered and the highest counts. Numbers never go back, so that of several processes that find the same dead
 * holder only one can make the next number, however late another one tries.
 */
async function lock(folder: string): Promise<() => Promise<void>> {
  const draft = join(folder, `draft-${randomUUID()}`);
  await writeFile(draft, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }));
  try {
    for (;;) {
      const last = Math.max(0, ...(await numbersIn(folder)));
      const holder = last > 0 && (await holderOf(lockFile(folder, last)));
      if (holder && isRunning(holder)) {
        throw new Error(
          `The store in ${folder} is in use by process ${holder.pid}. Stop that process first, or use another folder.`,
        );
      }
      const mine = lockFile(folder, last + 1);
      // A link appears whole or not at all, so that nobody ever reads half a lock.
      if (!(await linked(draft, mine))) continue;
      const numbers = await numbersIn(folder);
      if (Math.max(...numbers) === last + 1) {
        for (const older of numbers)
          if (older <= last) await rm(lockFile(folder, older), { force: true });
        // Emptied, not removed: the number stays taken.
        return () => writeFile(mine, "");
      }
      await rm(mine, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
}

const lockFile = (folder: string, number: number) => join(folder, `lock-${number}`);

async function numbersIn(folder: string): Promise<number[]> {
  return (await readdir(folder))
    .flatMap((name) => /^lock-(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number);
}

async function holderOf(file: string): Promise<Holder | undefined> {
  try {
    return Holder.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    // Emptied, or gone since. If another has moved on to a higher number, linking or looking again will show it.
    return undefined;
  }
}

/** When a process began, in ticks since the machine did: a number that is used again, as in a restarted container, begins at another time. */
function startOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, "").split(" ")[20] ?? "";
  } catch {
    return "";
  }
}

function isRunning({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === "ESRCH") return false;
  }
  return startOf(pid) === started;
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}
