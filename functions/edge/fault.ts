/**
 * A fault of our own: something was thrown that is no refusal. Nobody else is told as having caused it, and the log line says where
 * it came to light: functions, files and lines. Never its message or a value, which may be of the data.
 */
import { type Hint, Refused } from "../../schemas/refusal.ts";

/** Codes and places only: nothing that was sent, nothing that was answered. */
export type Trace = (line: {
  readonly code: string;
  readonly error: string;
  readonly frames: readonly string[];
}) => void;
const toStderr: Trace = (line) => process.stderr.write(`${JSON.stringify(line)}\n`);

/** A line of a stack as V8 writes it; a name that is more than letters, as of a computed member, is left out. */
const FRAME =
  /^ {4}at (?:(?:async |new )*([\w$.<>#]+)[^()]* \()?(?:file:\/\/)?([^\s()]+:\d+):\d+\)?$/;
/** From the project's own folder on: where it is installed is nobody's business. */
const ROOT = /^.*?\/(?=(?:schemas|functions|adapters|tests|node_modules)\/)|^\/.*\//;
const MOST = 12;

/** Where an error was thrown and by whom it was called, innermost first. */
export function framesOf(error: unknown): string[] {
  if (!(error instanceof Error) || typeof error.stack !== "string") return [];
  // a message may have lines that look like frames, so that nothing is taken before its end
  const head = error.message === "" ? "" : `: ${error.message}`;
  const begin = error.stack.indexOf(head);
  if (begin === -1) return [];
  return error.stack
    .slice(begin + head.length)
    .split("\n")
    .flatMap((line) => {
      const [, name, place] = FRAME.exec(line) ?? [];
      return place === undefined ? [] : [`${name ?? "?"} ${place.replace(ROOT, "")}`];
    })
    .slice(0, MOST);
}

/** Says on standard error that something of ours failed, and where. */
export function traceFault(error: unknown, trace: Trace = toStderr): void {
  const name = error instanceof Error && /^\w+$/.test(error.name) ? error.name : "unknown";
  trace({ code: "fault", error: name, frames: framesOf(error) });
}

/** What was thrown, as a refusal: itself where it is one, else `internal`, and traced. */
export function refusalOf(error: unknown, hint?: Hint | string): Refused {
  if (error instanceof Refused) return error;
  traceFault(error);
  return new Refused("internal", hint);
}
