import { belfioreConnector } from "@marketto/belfiore-connector-embedded";
import { CheckDigitizer, Validator } from "@marketto/codice-fiscale-utils";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codiceFiscale } from "../../docs/demo/codice-fiscale.ts";
import { example, goodRow, job, keep, storedRows } from "../../tests/world/keep.ts";
import { canonical, identifying, isOfKind } from "./identify.ts";
import { ingest } from "./ingest/ingest.ts";

describe("codice fiscale", () => {
  test.each([
    ["RSSMRA85T10A562S", true, "good"],
    ["MRTMTT25D09F205Z", true, "good, born in 1925 or 2025"],
    ["RCCMNL83S18D969H", true, "good"],
    ["RSSMRA85T10A56NH", true, "one digit gave way to a letter"],
    ["RSSMRA85T10A5SNT", true, "two digits gave way"],
    ["rssmra85t10a562s", true, "small letters"],
    [" RSS MRA 85T10 A562S ", true, "with blanks"],
    ["RSSMRA85T10A562A", false, "another check letter"],
    ["RSSMRA85B30A562Z", false, "30 February"],
    ["RSSMRA85T00A562N", false, "day 0"],
    ["RSSMRA85F10A562X", false, "no such month"],
    ["RSSMRA85T10Z999S", false, "no such place"],
    ["CCCDDD25A42H199X", false, "a wrong check letter that circulates in sample files"],
    ["RSSMRA85T10A562", false, "too short"],
    ["RSSMRA85T10A562SS", false, "too long"],
    ["", false, "nothing"],
  ])("%s is right: %s (%s)", async (value, right) => {
    expect(await isOfKind("codice-fiscale", canonical(["codice-fiscale"], value))).toBe(right);
  });

  const place = fc.constantFrom("F205", "H501", "A794", "L840", "Z100", "Z329");
  const person = fc.record({
    surname: fc.stringMatching(/^[A-Z]{2,12}$/),
    name: fc.stringMatching(/^[A-Z]{2,12}$/),
    sex: fc.constantFrom("F" as const, "M" as const),
    born: fc.record({
      year: fc.integer({ min: 1930, max: 2020 }),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 28 }),
    }),
    place,
  });
  test("every code that is made right is taken, and none with one character changed in its check letter", async () => {
    await fc.assert(
      fc.asyncProperty(person, fc.integer({ min: 1, max: 25 }), async (who, shift) => {
        const code = codiceFiscale(who);
        expect(await isOfKind("codice-fiscale", code)).toBe(true);
        const last = String.fromCharCode(65 + ((code.charCodeAt(15) - 65 + shift) % 26));
        expect(await isOfKind("codice-fiscale", code.slice(0, 15) + last)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  const validator = new Validator(belfioreConnector as never);
  test("any text of that form is right where the library's own validator says so", async () => {
    const code = fc.stringMatching(
      /^[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-Z][0-7LMNPQRST][0-9LMNPQRSTUV][AFHLZ][0-9LMNPQRSTUV]{3}$/,
    );
    const checked = fc.oneof(
      code.map((text) => text + (CheckDigitizer.checkDigit(text) ?? "A")),
      person.map(codiceFiscale),
    );
    await fc.assert(
      fc.asyncProperty(checked, async (value) => {
        expect(await isOfKind("codice-fiscale", value)).toBe(
          await validator.codiceFiscale(value).valid,
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe("other identifiers", () => {
  test.each([
    ["stp", "STP0301230000042", true],
    ["stp", "ENI0301230000042", false],
    ["eni", "ENI1201010004711", true],
    ["eni", "ENI0421010004711", true],
    ["eni", "ENI2101010004711", false],
    ["stp", "STP030123000004", false],
    ["stp", "STP03012300000A2", false],
    ["free", "whatever", true],
    ["free", "", false],
  ] as const)("%s %s: %s", async (kind, value, right) =>
    expect(await isOfKind(kind, value)).toBe(right),
  );

  test("a card's number fits its pattern as a whole", async () => {
    expect(await isOfKind({ card: "T[0-9]{6}" }, "T000123")).toBe(true);
    for (const wrong of ["T00012", "XT000123", "T0001234", "T00012\n"])
      expect(await isOfKind({ card: "T[0-9]{6}" }, wrong)).toBe(false);
  });

  test("of several kinds one is enough, and the first fault names its column and nothing else", async () => {
    const check = identifying({
      unit: { it: "x", en: "x" },
      columns: ["a", "b"],
      identifiers: { a: ["codice-fiscale", "stp"] },
    });
    expect(await check(["stp 030 123 0000042", " x y "])).toEqual(["STP0301230000042", "X Y"]);
    expect(await check(["STP99", "x"])).toEqual({ field: "a", rule: "form" });
  });
});

describe("in a file", () => {
  const subject = {
    ...example.subject,
    columns: ["cf"],
    identifiers: { cf: ["codice-fiscale", "eni"] },
  };

  test("what is of no kind is a reject that shows nothing, and blanks and capitals make no difference", async () => {
    const row = (cf: string) => ({ ...goodRow, cf });
    const deps = await keep({
      a: ["RSSMRA85T10A562S", "rss mra 85t10 a562s", "RSSMRA85T10A562A", "ENI0301230000042"].map(
        row,
      ),
    });
    const report = await ingest(deps, job({ subject }));
    expect(report).toMatchObject({
      read: 4,
      kept: 3,
      rejected: 1,
      rules: { form: 1 },
      rejects: [{ line: 4, field: "cf", rule: "form" }],
    });
    expect(JSON.stringify([report, deps.logged])).not.toContain("RSSMRA");
    const [first, second, third] = (await storedRows(deps))!.map((stored) => stored.subject);
    expect([second === first, third === first]).toEqual([true, false]);
  });

  test("variants by homocody are different persons", async () => {
    const deps = await keep({
      a: ["RSSMRA85T10A562S", "RSSMRA85T10A56NH", "RSSMRA85T10A5SNT"].map((cf) => ({
        ...goodRow,
        cf,
      })),
    });
    await ingest(deps, job({ subject }));
    expect(new Set((await storedRows(deps))!.map((stored) => stored.subject)).size).toBe(3);
  });

  test("persons of the same name and birth date are one where names identify, and two where a code does", async () => {
    const rows = [
      { ...goodRow, cf: "RSSMRA85T10A562S", nome: "Mario Rossi" },
      { ...goodRow, cf: "RSSMRA85T10A56NH", nome: "Mario Rossi" },
    ];
    const subjects = async (columns: readonly string[]) => {
      const deps = await keep({ a: rows });
      await ingest(deps, job({ subject: { unit: example.subject.unit, columns } }));
      return new Set((await storedRows(deps))!.map((stored) => stored.subject)).size;
    };
    expect([await subjects(["nome", "nascita"]), await subjects(["cf"])]).toEqual([1, 2]);
  });
});
