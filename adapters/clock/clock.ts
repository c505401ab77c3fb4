/** The time: the machine's own, or, on a machine that stands alone, one that can be set so that calendars can be lived through. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as z from "zod";
import type { Clock } from "../../schemas/ports.ts";

const State = z.strictObject({ offset: z.number().int() });

/** The machine's own time. */
export const systemClock: Clock = () => Math.floor(Date.now() / 1000);

/** The machine's time moved by what the state file says. It is read every time, so that setting it takes effect in every process. */
export function fileClock(path: string): Clock {
  return () => systemClock() + clockOffset(path);
}

/** Seconds by which the clock was moved; 0 where nobody has set it. */
export function clockOffset(path: string): number {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
  try {
    return State.parse(JSON.parse(text)).offset;
  } catch {
    // Going on with the machine's time would make the calendar jump unseen.
    throw new Error(
      `The clock's state in ${path} cannot be read; delete the file to go back to the time of the machine`,
    );
  }
}

/** Sets the clock to a date, from which it runs on. */
export async function setClock(path: string, date: Date): Promise<void> {
  const target = Math.floor(date.getTime() / 1000);
  if (!Number.isSafeInteger(target)) throw new TypeError("Not a date");
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, JSON.stringify({ offset: target - systemClock() }));
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
