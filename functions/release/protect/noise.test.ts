import { expect, test } from "vitest";
import { drawsFrom, hmac } from "./noise.ts";

const key = () => new Uint8Array(32).fill(7);
const place = [["age", "0-5"]] as const;

test("nothing can be drawn once the key's pads are erased", () => {
  const { draw, erase } = drawsFrom(key(), "x/small/2022/1");
  expect(draw("any", place)).toBe(drawsFrom(key(), "x/small/2022/1").draw("any", place));
  erase();
  expect(() => draw("any", place)).toThrow("the key is erased");
});

test("what is drawn does not depend on what was drawn before, nor on how long that was", () => {
  const used = hmac(key());
  const long = new Uint8Array(5000).fill(1);
  const first = used.digest(long).toString("hex");
  const short = used.digest(new Uint8Array([1, 2, 3])).toString("hex");
  expect(short).toBe(
    hmac(key())
      .digest(new Uint8Array([1, 2, 3]))
      .toString("hex"),
  );
  expect(used.digest(long).toString("hex")).toBe(first);
});
