/** Asks at the terminal, once, before something is written. */
import { openSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { ReadStream } from "node:tty";
import { Refused } from "../../schemas/refusal.ts";

/** The terminal itself: standard input may be a file of persons, or have ended. */
function terminal(): ReadStream | undefined {
  if (!process.stderr.isTTY) return undefined;
  try {
    return new ReadStream(openSync("/dev/tty", "r"));
  } catch {
    return undefined;
  }
}

/** Comes back where the answer is yes, or was given by `--yes`. Throws `Refused` body-invalid otherwise. */
export async function confirm(question: string, yes = false): Promise<void> {
  if (yes) return;
  const input = terminal();
  if (input === undefined)
    throw new Refused(
      "body-invalid",
      `${question} Nothing is written without an answer, and there is no terminal to ask at: say --yes`,
    );
  const asking = createInterface({ input, output: process.stderr });
  const answer = await asking.question(`${question} [y/N] `).catch(() => "");
  asking.close();
  input.destroy();
  if (!/^\s*(y|yes|s|si|sì)\s*$/i.test(answer))
    throw new Refused("body-invalid", "the answer was not yes; nothing was written");
}
