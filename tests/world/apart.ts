/** A hub and its members, each with a state and a process of its own, as on so many machines. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { type Ended, tavolo } from "./process.ts";

const CHECKOUT = join(import.meta.dirname, "../..");

/** A command that serves until it is ended. */
export interface Serving {
  readonly url: string;
  readonly pid: number;
  /** Everything that it has printed. */
  readonly said: () => string;
  /** Ends it: as Ctrl-C does, unless said otherwise. */
  end(signal?: "SIGINT" | "SIGKILL"): Promise<void>;
}

/** Starts `tavolo` with some arguments and waits for the address that it prints. Throws, with what it said, where it ends before. */
export async function serve(state: string, args: readonly string[]): Promise<Serving> {
  const env = { ...process.env, LANG: "C.UTF-8", TAVOLO_STATE: state };
  const child = spawn(process.execPath, ["adapters/cli/cli.ts", ...args], {
    cwd: CHECKOUT,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (more: string) => (text += more));
  const closed = once(child, "close");
  while (!text.includes("Ctrl-C")) {
    if (child.exitCode !== null) throw new Error(`it ended before it served: ${text}`);
    await new Promise((done) => setTimeout(done, 20));
  }
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(text)!;
  return {
    url,
    pid: child.pid!,
    said: () => text,
    async end(signal = "SIGINT") {
      child.kill(signal);
      await closed;
    },
  };
}

export interface Apart {
  readonly hub: Serving;
  /** The folder of a member's state, or of the hub's (`hub`). */
  state(id: string): string;
  /** Runs a command on somebody's state and expects it to succeed. */
  run(id: string, ...args: string[]): Promise<string>;
  /** The same, whatever comes of it. */
  attempt(id: string, ...args: string[]): Promise<Ended>;
  /** A fresh invitation. */
  invite(id: string): Promise<string>;
  /** Makes a member that joins; where it provides, its node runs afterwards. */
  join(id: string, role?: "consumer"): Promise<Serving | undefined>;
  /** Starts a member's node again. */
  node(id: string): Promise<Serving>;
  close(): Promise<void>;
}

/** A hub alone. */
export async function apart(): Promise<Apart> {
  const root = await mkdtemp(join(tmpdir(), "tavolo-apart-"));
  const state = (id: string) => join(root, id);
  const hub = await serve(state("hub"), ["hub", "--port", "0"]);
  const serving: Serving[] = [hub];
  const attempt = (id: string, ...args: string[]) => tavolo(state(id), args);
  const run = async (id: string, ...args: string[]) => {
    const ended = await attempt(id, ...args);
    expect(ended.code, `${args.join(" ")}: ${ended.out}${ended.err}`).toBe(0);
    return ended.out;
  };
  const invite = async (id: string) => (await run("hub", "hub", "invite", id)).split("\n")[1]!;
  const node = async (id: string) => {
    const started = await serve(state(id), ["node"]);
    serving.push(started);
    return started;
  };
  return {
    hub,
    state,
    run,
    attempt,
    invite,
    node,
    async join(id, role) {
      const as = role === undefined ? [] : ["--role", role];
      await run(
        id,
        "member",
        "new",
        id,
        "--name",
        id,
        ...as,
        "--hub",
        hub.url,
        "--invitation",
        await invite(id),
      );
      return role === undefined ? node(id) : undefined;
    },
    async close() {
      await Promise.allSettled(serving.map((one) => one.end()));
      await rm(root, { recursive: true, force: true });
    },
  };
}
