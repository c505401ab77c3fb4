/** The key in a file, followed: what a rotation puts there signs from then on, without a restart. */
import { unwatchFile, watchFile } from "node:fs";
import type { Signer } from "../../schemas/ports.ts";
import { fileSigner } from "./file.ts";

const EVERY_MS = 500;

/** Looks once in half a second. A file that cannot be read for a moment leaves the key as it was. `close` ends the looking. */
export async function followingSigner(path: string): Promise<Signer & { close(): void }> {
  let current = await fileSigner(path);
  const look = () => {
    fileSigner(path).then(
      (signer) => {
        current = signer;
      },
      () => {},
    );
  };
  watchFile(path, { persistent: false, interval: EVERY_MS }, look);
  return {
    get kid() {
      return current.kid;
    },
    get jwk() {
      return current.jwk;
    },
    sign: (bytes) => current.sign(bytes),
    close: () => unwatchFile(path, look),
  };
}
