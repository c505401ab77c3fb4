/** Keys in a file of this machine. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { calculateJwkThumbprint } from "jose";
import type { Signer } from "../../schemas/ports.ts";
import { PrivateJwk } from "../../schemas/words.ts";

/** Signs with a private JWK held in memory. */
export async function memorySigner(privateJwk: PrivateJwk): Promise<Signer> {
  const { d, ...jwk } = PrivateJwk.parse(privateJwk);
  const key = createPrivateKey({ key: { ...jwk, d }, format: "jwk" });
  const signed = signature(key, Buffer.from(jwk.x));
  // A private half that belongs to another public half would be noticed only by whoever is to trust the signature.
  if (
    !verify(
      "sha256",
      Buffer.from(jwk.x),
      { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" },
      signed,
    )
  ) {
    throw new Error("The two halves of the key do not belong together");
  }
  return {
    kid: await calculateJwkThumbprint(jwk),
    jwk,
    async sign(bytes) {
      return new Uint8Array(signature(key, bytes));
    },
  };
}

/** Signs with the private JWK in a file that only its owner can read. */
export async function fileSigner(path: string): Promise<Signer> {
  const file = await open(path, constants.O_RDONLY);
  let text: string;
  try {
    // Windows has no such bits: there the file is as safe as its folder.
    if (process.platform !== "win32") await refuseIfShared(path, file);
    text = await file.readFile("utf8");
  } finally {
    await file.close();
  }
  const jwk = PrivateJwk.safeParse(parsed(text));
  // What is wrong is not said any closer: the message must not carry a piece of the key.
  if (!jwk.success) throw new Error(`${path} does not hold a private P-256 key as a JWK`);
  return memorySigner(jwk.data);
}

/** Makes a key and writes it to a file of its owner's alone. A file that is already there is never touched. */
export async function createKeyFile(path: string): Promise<Signer> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = PrivateJwk.parse(privateKey.export({ format: "jwk" }));
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(`${JSON.stringify(jwk)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return memorySigner(jwk);
}

async function refuseIfShared(path: string, file: FileHandle): Promise<void> {
  const { mode } = await file.stat();
  if ((mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, "0");
    throw new Error(
      `The key in ${path} can be used by others (mode ${octal}). Close it with: chmod 600 ${path}`,
    );
  }
}

const signature = (key: KeyObject, bytes: Uint8Array) =>
  sign("sha256", bytes, { key, dsaEncoding: "ieee-p1363" });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
