/** What the browser computes is what Node computes: two files, one behaviour. */
import { zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as browser from "./bytes-browser.ts";
import * as node from "./bytes-node.ts";
import * as browserZstd from "./zstd-browser.ts";
import * as nodeZstd from "./zstd-node.ts";

const bytes = fc.uint8Array({ maxLength: 5000 });

test.each([
  ["", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"],
  ["abc", "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"],
])("SHA-256 of %j is that of FIPS 180-4", (text, digest) => {
  for (const platform of [node, browser])
    expect(platform.toBase64url(platform.digestOf(text))).toBe(digest);
});

test("digests and base64url agree on any bytes and any text", () => {
  fc.assert(
    fc.property(fc.oneof(bytes, fc.string({ unit: "binary" })), (input) => {
      expect(browser.digestOf(input)).toEqual(node.digestOf(input));
      const written = node.toBase64url(input);
      expect(browser.toBase64url(input)).toBe(written);
      expect(browser.fromBase64url(written)).toEqual(node.fromBase64url(written));
    }),
  );
});

test("a view into a longer buffer is taken as the view", () => {
  const view = new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 3);
  for (const platform of [node, browser]) expect(platform.toBase64url(view)).toBe("AgM");
});

test("what zstd made is read back by both", () => {
  fc.assert(
    fc.property(bytes, (input) => {
      const packed = zstdCompressSync(input);
      for (const { unzstd } of [nodeZstd, browserZstd])
        expect(new Uint8Array(unzstd(packed))).toEqual(input);
    }),
  );
});
