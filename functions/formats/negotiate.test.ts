import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatNames } from "../../schemas/formats.ts";
import type { Measure } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { linkQuestion, tableLink } from "./link.ts";
import { measureId, parseMeasure } from "./measures.ts";
import { type Format, formatFor, languageFor, mediaTypeOf } from "./negotiate.ts";

const OFFERED = ["statement", ...formatNames()] as const;

describe("formatFor", () => {
  test.each<[string | undefined, string | undefined, Format]>([
    [undefined, undefined, "statement"],
    ["", undefined, "statement"],
    ["*/*", undefined, "statement"],
    ["application/*", undefined, "statement"],
    ["text/csv", undefined, "csv"],
    ["text/*", undefined, "csv"],
    ["text/html, text/csv;q=0.9", undefined, "csv"],
    ["TEXT/CSV; charset=utf-8", undefined, "csv"],
    ["application/json", undefined, "json"],
    ['application/json; profile="json-stat"', undefined, "json-stat"],
    ["application/vnd.sdmx.data+csv", undefined, "sdmx-csv"],
    ["application/vnd.sdmx.data+csv;version=2.0.0", undefined, "sdmx-csv"],
    ["application/vnd.apache.parquet", undefined, "parquet"],
    ["text/csv;q=0.1, application/vnd.apache.parquet;q=0.2", undefined, "parquet"],
    ["application/jose;q=0, */*", undefined, "json"],
    ["image/png", "xlsx", "xlsx"],
  ])("Accept %s and format %s give %s", (accept, wanted, format) => {
    expect(formatFor(accept, wanted, OFFERED)).toBe(format);
  });

  test.each([
    ["image/png", undefined],
    ["application/vnd.sdmx.data+csv;version=1.0.0", undefined],
    ["text/csv;q=0", undefined],
    ["*/*", "pdf"],
  ])("Accept %s and format %s are refused with what there is", (accept, wanted) => {
    const refused = (() => {
      try {
        return formatFor(accept, wanted, OFFERED);
      } catch (error) {
        return error;
      }
    })() as Refused;
    expect(refused).toBeInstanceOf(Refused);
    expect(refused.reason).toBe("not-acceptable");
    for (const format of OFFERED) expect(refused.hint.detail).toContain(mediaTypeOf(format));
  });

  test("each format's own type asks for it", () => {
    for (const format of OFFERED)
      expect(formatFor(mediaTypeOf(format), undefined, OFFERED)).toBe(format);
  });

  test("whatever Accept says, the answer is offered or refused as such", () => {
    fc.assert(
      fc.property(fc.string(), (accept) => {
        try {
          expect(OFFERED).toContain(formatFor(accept, undefined, OFFERED));
        } catch (error) {
          expect((error as Refused).reason).toBe("not-acceptable");
        }
      }),
    );
  });
});

test.each([
  [undefined, undefined, "en"],
  ["it-IT,it;q=0.9,en;q=0.8", undefined, "it"],
  ["en;q=0.9,it;q=0.1", undefined, "en"],
  ["it", "en", "en"],
  ["en", "it", "it"],
])("Accept-Language %s and lang %s give %s", (header, wanted, language) =>
  expect(languageFor(header, wanted)).toBe(language),
);

const plain = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.+<>'’ _/-]{0,20}$/);
const banded = fc.oneof(
  plain,
  fc.tuple(plain, plain).map(([of, band]) => `${of}:${band}`),
);
const measure: fc.Arbitrary<Measure> = fc.oneof(
  fc.record({ count: fc.oneof(banded, fc.constantFrom("sum:<30", "share:a", "count:x")) }),
  fc.record({ sum: banded }),
  fc.record({ mean: banded }),
  fc.record({ share: banded, over: plain }),
  fc.record({ quantile: plain, at: fc.constantFrom(0.5, 0.9, 0.25) }),
);

test("a measure's name leads back to it", () => {
  fc.assert(
    fc.property(measure, (one) => {
      expect(parseMeasure(measureId(one))).toEqual(one);
    }),
  );
});

test("a link leads back to its question", () => {
  const question = fc.record({
    members: fc.array(fc.constantFrom("istat", "IT-028060")),
    measures: fc.array(measure, { minLength: 1 }),
    by: fc.array(plain),
    where: fc.dictionary(plain, fc.array(banded, { minLength: 1 })),
  });
  fc.assert(
    fc.property(question, (asked) => {
      const link = new URL(tableLink("https://hub.example", "residenti", "2022", asked, "csv"));
      expect(link.pathname).toBe("/v1/tables/residenti/2022");
      expect(linkQuestion(link.search.slice(1))).toEqual(asked);
    }),
  );
});

test.each([
  "",
  "measure=",
  "measure=quantile:x:2",
  "measure=any&where=sex",
  "measure=any&where=:F",
  "measure=any&limit=3",
])("%j is no question", (query) =>
  expect(() => linkQuestion(query)).toThrow(expect.objectContaining({ reason: "query-invalid" })),
);
