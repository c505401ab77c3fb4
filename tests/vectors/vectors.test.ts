import { expect, test } from "vitest";
import { shared } from "../setup/shared.ts";
import { runVectors } from "./run.ts";

const folder = shared("vectors/sdc");
const tokens = shared("vectors/tokens");

test.skipIf(tokens === undefined)(
  "every vector of tokens, keys and digests holds, and what is skipped is said by name",
  async () => {
    const lines: string[] = [];
    const tally = await runVectors(tokens!, (line) => lines.push(line));
    expect(lines.filter((line) => line.startsWith("failed"))).toEqual([]);
    expect(lines.filter((line) => line.includes("is not known here"))).toEqual([]);
    const passed = lines
      .filter((line) => line.startsWith("passed"))
      .map((line) => line.split("/").at(-1));
    expect(passed).toEqual([
      "rfc7515_7638.json",
      "rfc7520_jws.json",
      "rfc9449_dpop.json",
      "rfc9530_digest.json",
      "wycheproof_ecdsa_p256_p1363.json",
      "wycheproof_hmac_sha256.json",
      "wycheproof_json_web_crypto.json",
      "wycheproof_jwk.json",
      "wycheproof_jws.json",
    ]);
    const skipped = lines
      .filter((line) => line.startsWith("skipped"))
      .map((line) => /([^/]+\.json): (.+)$/.exec(line)!.slice(1));
    expect(skipped).toEqual([
      ["rfc8785_jcs.json", expect.stringContaining("nothing is canonicalised here")],
      ["rfc9421_http_signatures.json", expect.stringContaining("RFC 9421 is not used here")],
      ["token_status_list.json", expect.stringContaining("no status lists are used here")],
      [
        "wycheproof_hkdf_sha256.json",
        expect.stringContaining("no key is derived from another here"),
      ],
    ]);
    expect(tally.skipped).toBe(skipped.length);
    expect(tally.passed).toBeGreaterThan(490);
  },
);

test.skipIf(folder === undefined)(
  "every vector of the lattice holds, and every file is of a known kind or skipped by name",
  async () => {
    const lines: string[] = [];
    const tally = await runVectors(folder!, (line) => lines.push(line));
    expect(lines.filter((line) => line.startsWith("failed"))).toEqual([]);
    for (const kind of [
      "lattice_noise",
      "lattice_noise_hierarchy",
      "noise_draws",
      "gdp_accounting",
      "union_variance",
      "release_table",
      "display_quality",
    ])
      expect(
        lines.some((line) => line.startsWith("passed") && line.includes(`/${kind}.json`)),
      ).toBe(true);
    expect(tally.passed).toBeGreaterThan(50);
  },
);
