/** What stands in for AWS: DynamoDB's and S3's protocols on this machine, and as much of KMS as signing takes. */
import {
  createECDH,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from "node:crypto";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { calculateJwkThumbprint } from "jose";
import { openEmbeddedStore } from "../../adapters/local/embedded-store.ts";
import { createTable, dynamoStore } from "../../adapters/store/dynamo.ts";
import type { Signer, Store } from "../../schemas/ports.ts";

// CommonJS, and without types
const S3rver = createRequire(import.meta.url)("@20minutes/s3rver") as new (
  options: object,
) => { callback(): RequestListener };

export interface Cloud {
  /** What the SDK's clients read, so that the very bundles that are deployed find their way here. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes a table and gives it. */
  table(name: string): Promise<Store>;
  bucket(name: string): Promise<void>;
  put(bucket: string, key: string, body: string | Uint8Array): Promise<void>;
  /** A key in the stand-in of KMS: its id there, and the same key for this process to sign with. */
  key(): Promise<{ readonly id: string; readonly signer: Signer }>;
  close(): Promise<void>;
}

const listening = async (listener: RequestListener): Promise<[Server, string]> => {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
};

export async function openCloud(folder: string): Promise<Cloud> {
  const credentials = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };
  const region = "eu-south-1";
  const items = await openEmbeddedStore({
    path: join(folder, "items"),
    accessKeyId: credentials.accessKeyId,
  });
  const s3rver = new S3rver({
    directory: join(folder, "s3"),
    silent: true,
    vhostBuckets: false,
    allowMismatchedSignatures: true,
  });
  const [objects, s3Url] = await listening(s3rver.callback());
  const secrets = new Map<string, KeyObject>();
  const [keys, kmsUrl] = await listening(kms(secrets));
  const dynamo = new DynamoDBClient({ endpoint: items.url, region, credentials });
  const s3 = new S3Client({ endpoint: s3Url, region, credentials, forcePathStyle: true });
  return {
    environment: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: items.url,
      AWS_ENDPOINT_URL_S3: s3Url,
      AWS_ENDPOINT_URL_KMS: kmsUrl,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: kmsUrl,
    },
    async table(name) {
      await createTable(dynamo, name);
      return dynamoStore(dynamo, name);
    },
    async bucket(name) {
      await s3.send(new CreateBucketCommand({ Bucket: name }));
    },
    async put(bucket, key, body) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    },
    async key() {
      const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const id = randomUUID();
      secrets.set(id, privateKey);
      const { x, y } = publicKey.export({ format: "jwk" });
      const jwk = { kty: "EC", crv: "P-256", x: x!, y: y! } as const;
      const raw = (bytes: Uint8Array) =>
        new Uint8Array(sign("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" }));
      return {
        id,
        signer: { kid: await calculateJwkThumbprint(jwk), jwk, sign: async (bytes) => raw(bytes) },
      };
    },
    async close() {
      dynamo.destroy();
      s3.destroy();
      for (const server of [objects, keys]) server.close().closeAllConnections();
      await items.close();
    },
  };
}

/** GetPublicKey and Sign, as the JSON protocol has them, and any secret. What is signed is a digest already. */
const kms =
  (secrets: ReadonlyMap<string, KeyObject>): RequestListener =>
  async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const asked = JSON.parse(Buffer.concat(chunks).toString("utf8")) as {
      KeyId: string;
      Message?: string;
    };
    const secret = secrets.get(asked.KeyId);
    response.setHeader("content-type", "application/x-amz-json-1.1");
    if (request.headers["x-amz-target"] === "secretsmanager.GetSecretValue")
      return void response.end(JSON.stringify({ SecretString: "s3cret" }));
    if (secret === undefined)
      return void response.writeHead(400).end(JSON.stringify({ __type: "NotFoundException" }));
    if (request.headers["x-amz-target"] === "TrentService.GetPublicKey")
      return void response.end(JSON.stringify(publicHalf(asked.KeyId, secret)));
    response.end(
      JSON.stringify({
        KeyId: asked.KeyId,
        Signature: signDigest(secret, Buffer.from(asked.Message!, "base64")),
      }),
    );
  };

function publicHalf(KeyId: string, secret: KeyObject) {
  const spki = createPublicKey(secret).export({ format: "der", type: "spki" });
  return {
    KeyId,
    KeySpec: "ECC_NIST_P256",
    KeyUsage: "SIGN_VERIFY",
    PublicKey: spki.toString("base64"),
  };
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const modulo = (n: bigint) => ((n % ORDER) + ORDER) % ORDER;
function inverse(n: bigint): bigint {
  let result = 1n;
  let base = modulo(n);
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = modulo(result * base);
    base = modulo(base * base);
  }
  return result;
}
const integer = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);

/** ECDSA over a digest (FIPS 186-5, 6.4.1), as DER: node:crypto has no way to sign what is hashed already. */
function signDigest(secret: KeyObject, digest: Uint8Array): string {
  const once = createECDH("prime256v1");
  // its public half is k times the generator
  const r = modulo(integer(once.generateKeys().subarray(1, 33)));
  const d = integer(Buffer.from(secret.export({ format: "jwk" }).d!, "base64url"));
  const s = modulo(inverse(integer(once.getPrivateKey())) * (integer(digest) + r * d));
  const parts = [r, s].map((value) => {
    const hex = value.toString(16);
    const bytes = Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, "hex");
    const positive = bytes[0]! >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
    return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
  });
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]).toString("base64");
}
