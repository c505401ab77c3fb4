/** The client as Node has it: keys may lie in files besides. */
import { fileSigner } from "../keys/file.ts";

/** The private JWK in a file that only its owner can read. Throws `TypeError` with what to do where there is none. */
export const keyFile = (path: string): ReturnType<typeof fileSigner> =>
  fileSigner(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new TypeError(
      `there is no key at ${path}; write one there with: npx tavolo key export --as MEMBER --out ${path}`,
    );
  });
export * from "./client.ts";
