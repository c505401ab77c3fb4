/**
 * The demonstration set up whole, as `tavolo start --once` does it from nothing: once a run, by the first test file that needs it.
 * Each file gets a copy of its own to do with as it likes. Nothing of it outlives the run, so that it can never be out of date.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inject } from "vitest";

const CLI = join(import.meta.dirname, "../../adapters/cli/cli.ts");
const run = inject("demonstration");
const [whole, failed] = [join(run, "whole"), join(run, "failed")];

/** Copies what the set-up left into a folder: its `state`, and `tmp` and `cwd` where it ran. Gives what it printed. */
export async function demonstration(folder: string): Promise<string> {
  const first = await mkdir(join(run, "taken")).then(
    () => true,
    () => false,
  );
  if (first) await setUp().catch((error: Error) => writeFile(failed, error.message));
  while (!existsSync(whole)) {
    if (existsSync(failed)) throw new Error(await readFile(failed, "utf8"));
    await new Promise((done) => setTimeout(done, 100));
  }
  for (const part of ["state", "tmp", "cwd"])
    await cp(join(whole, part), join(folder, part), { recursive: true });
  return readFile(join(whole, "printed.txt"), "utf8");
}

async function setUp(): Promise<void> {
  const place = (name: string) => join(run, "making", name);
  for (const name of ["tmp", "cwd"]) await mkdir(place(name), { recursive: true });
  const env = { ...process.env, TAVOLO_STATE: place("state"), TMPDIR: place("tmp"), PORT: "0" };
  const child = spawn(process.execPath, [CLI, "start", "--once"], { env, cwd: place("cwd") });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`the demonstration could not be set up:\n${printed}`);
  await writeFile(place("printed.txt"), printed);
  // it is there whole, or not at all
  await rename(join(run, "making"), whole);
}
