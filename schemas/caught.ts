/** For `.catch`: names what may be passed over in silence. Whatever else was thrown goes on, so that a bug is never taken for an answer. */
import { Refused } from "./refusal.ts";

const unless =
  (isExpected: (error: unknown) => boolean) =>
  <T>(value: T) =>
  (error: unknown): T => {
    if (isExpected(error)) return value;
    throw error;
  };

/** What somebody or something refused counts as this. */
export const ifRefused = unless((error) => error instanceof Refused);

/** A file or folder that is not there counts as this. */
export const ifAbsent = unless(
  (error) =>
    error instanceof Error &&
    "code" in error &&
    (error.code === "ENOENT" || error.code === "ENOTDIR"),
);
