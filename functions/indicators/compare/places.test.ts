import { expect, test } from "vitest";
import { placeNames } from "../../../docs/demo/public-tables.ts";
import { capital, placeIn, small } from "./places.ts";

const names = placeNames();
const said = (code: string, language: "it" | "en" = "it") =>
  placeIn(code, names.get(code)?.[language] ?? code.toUpperCase(), language);

test.each([
  ["IT-034027", "a Parma"],
  ["IT-035033", "a Reggio nell'Emilia"],
  ["IT-006003", "ad Alessandria"],
  ["IT-066049", "all'Aquila"],
  ["IT-021008", "a Bolzano"],
  ["03", "in Lombardia"],
  ["11", "nelle Marche"],
  ["12", "nel Lazio"],
  ["02", "in Valle d'Aosta"],
  ["098", "nella provincia di Lodi"],
  ["066", "nella provincia dell'Aquila"],
  ["011", "nella provincia della Spezia"],
  ["103", "nella provincia del Verbano-Cusio-Ossola"],
  ["IT", "in Italia"],
  ["inps", "presso INPS"],
])("%s: %s", (code, words) => expect(said(code)).toBe(words));

test("in English", () => {
  expect(["IT-034027", "03", "098", "IT", "inps"].map((code) => said(code, "en"))).toEqual([
    "in Parma",
    "in Lombardia",
    "in the province of Lodi",
    "in Italy",
    "at INPS",
  ]);
});

test("sentences begin large, and names inside them small, but for abbreviations", () => {
  expect([
    capital("ad Alba"),
    capital("éu"),
    small("Anziani conosciuti"),
    small("ISEE basso"),
  ]).toEqual(["Ad Alba", "Éu", "anziani conosciuti", "ISEE basso"]);
});
