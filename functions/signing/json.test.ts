import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJson } from "./json.ts";

test("reads what JSON.parse reads", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(0, 2), (text, indent) => {
      const written = JSON.stringify(JSON.parse(text), undefined, indent);
      expect(parseJson(written)).toEqual(JSON.parse(text));
    }),
  );
});

test("refuses any object in which one member is said again, whatever its name", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.jsonValue({ maxDepth: 2 }),
      fc.jsonValue({ maxDepth: 2 }),
      (name, first, second) => {
        const member = (value: unknown) => `${JSON.stringify(name)}:${JSON.stringify(value)}`;
        for (const text of [
          `{${member(first)},${member(second)}}`,
          `[1,{"a:":{${member(first)} , ${member(second)}}}]`,
        ])
          expect(() => parseJson(text)).toThrow("a name stands twice");
      },
    ),
  );
});

test.each([
  ['a name written in two ways: {"a":1,"\\u0061":2}', '{"a":1,"\\u0061":2}'],
  ["__proto__ twice", '{"__proto__":1,"__proto__":2}'],
  ["not JSON", "{"],
  ["nothing", ""],
  ["two values", "{}{}"],
])("refuses %s", (_, text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});

test.each([
  '{"__proto__":{"a":":"},"b":"\\\\"}',
  '":\\""',
  '{"a":{"a":{"a":":::"}}}',
  "[]",
  "null",
  '{"\\"":1}',
])("reads %s", (text) => {
  expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
});
