/**
 * The edge of what nobody outside can start: a schedule's event, or an operator's own, in; a small result out. Neither result
 * nor log carries anything of the rows.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as z from "zod";
import { type Reason, Refused } from "../../schemas/refusal.ts";
import { traceFault } from "./fault.ts";

type Result<T> =
  | T
  | { readonly outcome: "refused"; readonly reason: Reason; readonly detail?: string };
type Job<T> = (event: unknown) => Promise<Result<T>>;

/**
 * Runs in a folder of its own, removed afterwards: Lambda keeps /tmp for the next run, and rows may not outlive theirs. Rejects
 * only for faults, so that Lambda counts and retries those alone.
 */
export function job<E, T>(
  Event: z.ZodType<E>,
  run: (event: E, scratch: string) => Promise<T>,
): Job<T> {
  return async (event) => {
    const scratch = await mkdtemp(join(tmpdir(), "run-"));
    const before = process.cwd();
    // what does not fit its memory an engine puts where it stands, and the code's own folder cannot be written
    process.chdir(scratch);
    try {
      const parsed = Event.safeParse(event);
      if (!parsed.success)
        throw new Refused(
          "body-invalid",
          parsed.error.issues.map(({ path }) => `/${path.join("/")}`).join(", "),
        );
      return await run(parsed.data, scratch);
    } catch (error) {
      if (error instanceof Refused) return refusal(error);
      traceFault(error);
      // an engine's own message may quote a row, and Lambda would log it
      throw new Error(`fault: ${error instanceof Error ? error.name : "unknown"}`);
    } finally {
      process.chdir(before);
      await rm(scratch, { recursive: true, force: true });
    }
  };
}

const refusal = ({ reason, hint: { detail } }: Refused) => ({
  outcome: "refused" as const,
  reason,
  ...(detail === undefined ? {} : { detail }),
});
