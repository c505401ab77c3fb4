/**
 * Every signer keeps to one contract. AWS KMS cannot run here: its client is a mock, behind which node:crypto holds a
 * key and makes real DER signatures. That KMS itself behaves as the mock does is read in its documentation, not tested.
 */
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetPublicKeyCommand, KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Signer } from "../../schemas/ports.ts";
import type { PrivateJwk } from "../../schemas/words.ts";
import { createKeyFile, fileSigner, memorySigner } from "./file.ts";
import { followingSigner } from "./following.ts";
import { signerContract } from "./keys.contract.ts";
import { kmsSigner, rawSignature } from "./kms.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "keys-"));
});
afterAll(() => rm(folder, { recursive: true }));

const newJwk = () =>
  generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
    format: "jwk",
  }) as PrivateJwk;

/** What will be signed: node:crypto signs no bare digest, so the mock looks up the message of the digest it is sent. */
const announced = new Map<string, Uint8Array>();
const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function mockKms(): KMSClient {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const client = new KMSClient({ region: "eu-south-1" });
  const mock = mockClient(client);
  mock.on(GetPublicKeyCommand, { KeyId: "alias/member" }).resolves({
    KeyId: "arn:key",
    KeySpec: "ECC_NIST_P256",
    KeyUsage: "SIGN_VERIFY",
    PublicKey: publicKey.export({ format: "der", type: "spki" }),
  });
  mock
    .on(SignCommand, { KeyId: "arn:key", MessageType: "DIGEST", SigningAlgorithm: "ECDSA_SHA_256" })
    .callsFake(async ({ Message }) => ({
      Signature: sign("sha256", announced.get(Buffer.from(Message).toString("hex"))!, {
        key: privateKey,
        dsaEncoding: "der",
      }),
    }));
  return client;
}

describe.each<[string, () => Promise<Signer>]>([
  ["in memory", () => memorySigner(newJwk())],
  ["in a new file", () => createKeyFile(join(folder, "new", "key.json"))],
  [
    "in a file",
    async () =>
      (await createKeyFile(join(folder, "key.json"))) && fileSigner(join(folder, "key.json")),
  ],
  [
    "in KMS",
    async () => {
      const signer = await kmsSigner(mockKms(), "alias/member");
      const sign = (bytes: Uint8Array) => {
        announced.set(digestOf(bytes), bytes);
        return signer.sign(bytes);
      };
      return { ...signer, sign };
    },
  ],
])("a key %s", (_name, open) => signerContract(open));

describe("a key in a file that is followed", () => {
  const path = () => join(folder, "followed.json");
  let signer: Awaited<ReturnType<typeof followingSigner>>;
  beforeAll(async () => {
    await createKeyFile(path());
    signer = await followingSigner(path());
  });
  afterAll(() => signer.close());
  signerContract(async () => signer);
});

describe("a key file", () => {
  test("gives the same key when it is opened again", async () => {
    const path = join(folder, "same.json");
    expect((await createKeyFile(path)).kid).toBe((await fileSigner(path)).kid);
  });

  test("is never overwritten", async () => {
    const path = join(folder, "once.json");
    await createKeyFile(path);
    const before = await readFile(path, "utf8");
    await expect(createKeyFile(path)).rejects.toThrow("EEXIST");
    expect(await readFile(path, "utf8")).toBe(before);
  });

  test.skipIf(process.platform === "win32")("that others can read is refused", async () => {
    const path = join(folder, "open.json");
    await createKeyFile(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    for (const mode of [0o644, 0o640, 0o604, 0o620]) {
      await chmod(path, mode);
      await expect(fileSigner(path)).rejects.toThrow(
        `The key in ${path} can be used by others (mode 0${mode.toString(8)}). Close it with: chmod 600`,
      );
    }
  });

  test("without a private P-256 key in it is refused, and nothing of it is repeated", async () => {
    const path = join(folder, "wrong.json");
    const { d, ...publicHalf } = newJwk();
    const ed25519 = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
    for (const text of [
      "",
      "no JSON: secret",
      JSON.stringify(publicHalf),
      JSON.stringify({ d }),
      JSON.stringify(ed25519),
    ]) {
      await writeFile(path, text, { mode: 0o600 });
      await expect(fileSigner(path)).rejects.toThrow(
        new Error(`${path} does not hold a private P-256 key as a JWK`),
      );
    }
  });

  test("with members that a tool has added is read", async () => {
    const path = join(folder, "more.json");
    const jwk = newJwk();
    await writeFile(path, JSON.stringify({ ...jwk, kid: "a", alg: "ES256", use: "sig" }), {
      mode: 0o600,
    });
    expect((await fileSigner(path)).jwk).toEqual({ kty: "EC", crv: "P-256", x: jwk.x, y: jwk.y });
  });
});

test("halves of two keys are refused", async () => {
  await expect(memorySigner({ ...newJwk(), d: newJwk().d })).rejects.toThrow();
});

test("a KMS key of another kind is refused", async () => {
  const client = new KMSClient({ region: "eu-south-1" });
  mockClient(client)
    .on(GetPublicKeyCommand)
    .resolves({ KeySpec: "ECC_NIST_P384", KeyUsage: "SIGN_VERIFY" });
  await expect(kmsSigner(client, "alias/other")).rejects.toThrow(
    "The KMS key alias/other is not a P-256 key for signing",
  );
});

describe("from DER to R || S", () => {
  const der = (...integers: number[][]) => {
    const body = integers.flatMap((integer) => [0x02, integer.length, ...integer]);
    return Uint8Array.from([0x30, body.length, ...body]);
  };
  const full = Array.from({ length: 32 }, (_, n) => n + 1);

  test("numbers are padded on the left, and lose the zero of their sign", () => {
    const raw = rawSignature(der([0, 0x80, ...full.slice(1)], [5]));
    expect([...raw]).toEqual([0x80, ...full.slice(1), ...new Array(31).fill(0), 5]);
  });

  test.each([
    ["nothing", new Uint8Array()],
    ["one number", der([1])],
    ["three numbers", der([1], [1], [1])],
    ["a number of no bytes", der([], [1])],
    ["a number too long", der([1, ...full], [1])],
    ["an end missing", der(full, full).subarray(0, 60)],
    ["a length that lies", Uint8Array.from([0x30, 6, 0x02, 1, 1, 0x02, 9, 1])],
    ["something behind", Uint8Array.from([...der([1], [1]), 0])],
    ["another type", Uint8Array.from([0x30, 6, 0x04, 1, 1, 0x02, 1, 1])],
  ])("%s is refused", (_name, bytes) => {
    expect(() => rawSignature(bytes)).toThrow("not DER");
  });
});
