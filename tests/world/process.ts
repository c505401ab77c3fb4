/** The program as a user starts it: child processes, what they print and how they end. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const CHECKOUT = join(import.meta.dirname, "../..");

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const collect = (child: ChildProcess) => {
  const said = { out: "", err: "" };
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    said.out += text;
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    said.err += text;
  });
  return said;
};

const environment = (state: string, more: Readonly<Record<string, string>> = {}) => ({
  ...process.env,
  LANG: "C.UTF-8",
  TAVOLO_STATE: state,
  ...more,
});

/** Runs one command to its end. */
export async function tavolo(state: string, args: readonly string[], input = ""): Promise<Ended> {
  const child = spawn(process.execPath, ["adapters/cli/cli.ts", ...args], {
    cwd: CHECKOUT,
    env: environment(state),
  });
  const said = collect(child);
  // a command that fails at once does not wait for its input
  child.stdin.on("error", () => {}).end(input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...said };
}

export interface Started {
  /** What it has printed so far. */
  readonly said: { readonly out: string; readonly err: string };
  readonly ended: Promise<number | null>;
  /** For one that never came up. */
  readonly kill: () => void;
}

/** `npm start`, as README says it. */
export function npmStart(state: string, port: number, args: readonly string[] = []): Started {
  const child = spawn("npm", ["start", "--", ...args], {
    cwd: CHECKOUT,
    env: environment(state, { PORT: String(port) }),
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { said: collect(child), ended, kill: () => void child.kill() };
}

/** Waits until a started federation has printed something. Throws, with all that it said, where it ends before. */
export async function until({ said, ended }: Started, text: string): Promise<string> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!said.out.includes(text)) {
    if (over) throw new Error(`it ended before it said "${text}":\n${said.out}\n${said.err}`);
    await new Promise((done) => setTimeout(done, 50));
  }
  return said.out;
}

/** Stops a started federation as Ctrl-C does, by the process id that its state names. */
export async function stop(state: string, started: Started): Promise<number | null> {
  const run = await readFile(join(state, "run.json"), "utf8").catch(() => undefined);
  if (run === undefined) started.kill();
  else process.kill((JSON.parse(run) as { pid: number }).pid, "SIGINT");
  return started.ended;
}
