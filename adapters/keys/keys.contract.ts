/** What every signer keeps to, wherever its key lies. */
import { calculateJwkThumbprint, compactVerify, importJWK } from "jose";
import { beforeAll, expect, test } from "vitest";
import type { Signer } from "../../schemas/ports.ts";
import { PublicJwk } from "../../schemas/words.ts";

/** Runs the contract on the signer that `open` gives. */
export function signerContract(open: () => Promise<Signer>): void {
  let signer: Signer;
  beforeAll(async () => {
    signer = await open();
  });

  test("signs so that jose verifies a JWS made by hand", async () => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    // Many, because DER shortens one number in 128.
    for (let n = 0; n < 500; n++) {
      const input = `${encode({ alg: "ES256", kid: signer.kid })}.${encode({ n })}`;
      const bytes = Buffer.from(input);
      const signature = await signer.sign(bytes);
      expect(signature).toHaveLength(64);
      const jws = `${input}.${Buffer.from(signature).toString("base64url")}`;
      const { payload } = await compactVerify(jws, await importJWK(signer.jwk, "ES256"), {
        algorithms: ["ES256"],
      });
      expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({ n });
    }
  });

  test("is known by its thumbprint and shows its public half only", async () => {
    expect(signer.kid).toBe(await calculateJwkThumbprint(signer.jwk));
    expect(PublicJwk.strict().parse(signer.jwk)).toEqual(signer.jwk);
    expect(JSON.stringify(signer)).not.toContain('"d"');
  });
}
