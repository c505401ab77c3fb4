import { expect, test, vi } from "vitest";
import { Refused } from "../../schemas/refusal.ts";
import { framesOf, refusalOf, traceFault } from "./fault.ts";

function failing(message: string): Error {
  return new TypeError(message);
}

test("frames name functions, files and lines, innermost first", () => {
  const [first] = framesOf(failing("of a person"));
  // what loads tests may put a mark of its own behind their names
  expect(first).toMatch(/^failing functions\/edge\/fault\.test\.ts(\?vitest=\d+)?:\d+$/);
});

test.each([
  "maria rossi",
  "maria\n    at maria.rossi (/home/maria.ts:1:1)\n    at rossi (/home/rossi.ts:1:1)",
  "TypeError: maria\n    at maria (rossi.ts:1:1)",
])("nothing of a message is in the line that is traced: %j", (message) => {
  const lines: unknown[] = [];
  traceFault(failing(message), (line) => lines.push(line));
  expect(lines).toMatchObject([{ code: "fault", error: "TypeError" }]);
  const text = JSON.stringify(lines);
  expect(text).toContain("fault.test.ts");
  expect(text).not.toMatch(/maria|rossi/);
});

test.each([[new Error("")], ["maria"], [{ stack: "maria" }], [undefined]])(
  "whatever was thrown can be traced",
  (thrown) => {
    traceFault(thrown, (line) => expect(JSON.stringify(line)).not.toContain("maria"));
    expect.assertions(1);
  },
);

test("a message that was changed after it was thrown gives no frames rather than what it was", () => {
  const error = failing("maria\n    at maria (rossi.ts:1:1)");
  // V8 may write a stack only when it is asked for
  expect(error.stack).toContain("rossi");
  error.message = "another";
  expect(framesOf(error)).toEqual([]);
});

test("a refusal stays what it is, and a fault becomes internal, said on standard error", () => {
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const refused = new Refused("too-slow");
  expect(refusalOf(refused)).toBe(refused);
  expect(written).not.toHaveBeenCalled();
  expect(refusalOf(failing("maria"), "whose it is")).toMatchObject({
    reason: "internal",
    hint: { detail: "whose it is" },
  });
  expect(written).toHaveBeenCalledOnce();
  written.mockRestore();
});
