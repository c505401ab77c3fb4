import { describe, expect, test } from "vitest";
import { checkCharacter, codiceFiscale, type Identity } from "./codice-fiscale.ts";

describe("codice fiscale", () => {
  // Two plain codes, and the same one with digits made letters (omocodia): the published way of computing the last character.
  test.each(["RSSMRA85T10A562S", "MRTMTT25D09F205Z", "RSSMRA85T10A56NH", "RSSMRA85T10A5SNT"])(
    "check character of %s",
    (code) => {
      expect(checkCharacter(code.slice(0, 15))).toBe(code[15]);
    },
  );

  const person: Identity = {
    surname: "Rossi",
    name: "Mario",
    sex: "M",
    born: { year: 1985, month: 12, day: 10 },
    place: "A562",
  };

  test("is made from surname, name, birth and place", () => {
    expect(codiceFiscale(person)).toBe("RSSMRA85T10A562S");
  });

  test("adds forty to a woman's day, and leaves accents and apostrophes out", () => {
    expect(codiceFiscale({ ...person, surname: "D'Angelò", name: "Zoè", sex: "F" })).toMatch(
      /^DNGZOE85T50A562[A-Z]$/,
    );
  });

  test("skips the second of four consonants of a first name, and fills up short ones", () => {
    expect(codiceFiscale({ ...person, surname: "Li", name: "Francesca" })).toMatch(/^LIXFNC/);
  });

  test("makes way where the code is taken, digit by digit from the right", () => {
    const taken = new Set(["RSSMRA85T10A562S"]);
    expect(codiceFiscale(person, taken)).toBe("RSSMRA85T10A56NH");
    expect(codiceFiscale(person, taken.add("RSSMRA85T10A56NH"))).toBe("RSSMRA85T10A5SNT");
  });
});
