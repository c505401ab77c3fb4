import { expect, test } from "vitest";
import { dotAndInterval, visible } from "./print-comparison.ts";

test("what others wrote moves no cursor and turns no letters round", () => {
  expect(visible("Costo\u001b[2J\u001b[31m rosso\u0007\r\u009b0m")).toBe(
    "Costo\uFFFD[2J\uFFFD[31m rosso\uFFFD\uFFFD\uFFFD0m",
  );
  expect(visible("gnp.\u202Eexe")).toBe("gnp.\uFFFDexe");
  expect(visible("città, naïve: «8,3 %»\n│ 1.204 │ ●")).toBe("città, naïve: «8,3 %»\n│ 1.204 │ ●");
});

test("a dot and its interval stand where their values are, also where all are one", () => {
  expect(dotAndInterval({ value: 5, low: 0, high: 10 }, 0, 10)).toMatch(/^├─+●─+┤$/);
  expect(dotAndInterval({ value: 5, low: 5, high: 5 }, 5, 5)).toMatch(/^● +$/);
});
