/** The catalogue as RDF, by a reader of JSON-LD that may fetch nothing, against the mandatory properties of DCAT-AP_IT. */
import jsonld from "jsonld";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { makeManifest, makeMember, NOW } from "../../tests/world/federation.ts";
import { dcat, type Offer } from "./dcat.ts";

const NAMES: Readonly<Record<string, string>> = {
  dcat: "http://www.w3.org/ns/dcat#",
  dcatapit: "http://dati.gov.it/onto/dcatapit#",
  dct: "http://purl.org/dc/terms/",
  foaf: "http://xmlns.com/foaf/0.1/",
  rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
};
const iri = (name: string) => name.replace(/^(\w+):/, (_, prefix: string) => NAMES[prefix]!);
const EU = "http://publications.europa.eu/resource/authority";

interface Triple {
  readonly subject: string;
  readonly predicate: string;
  readonly object: string;
}
const never = async (url: string): Promise<never> => {
  throw new Error(`nothing may be fetched, and ${url} was wanted`);
};
const triplesOf = async (document: object): Promise<Triple[]> =>
  (await jsonld.toRDF(document, { format: "application/n-quads", documentLoader: never }))
    .trim()
    .split("\n")
    .map((line) => {
      const [, subject, predicate, object] = /^(<[^>]*>|_:\S+) <([^>]*)> (.*) \.$/.exec(line)!;
      return { subject: subject!, predicate: predicate!, object: object! };
    });

/** What the profile's guide marks as mandatory, by class. */
const MANDATORY: readonly (readonly [string, readonly string[]])[] = [
  [
    "dcatapit:Catalog",
    ["dct:title", "dct:description", "dct:publisher", "dct:modified", "dcat:dataset"],
  ],
  [
    "dcatapit:Dataset",
    [
      ...[
        "dct:identifier",
        "dct:title",
        "dct:description",
        "dct:modified",
        "dcat:theme",
        "dct:rightsHolder",
        "dct:accrualPeriodicity",
      ],
      ...[
        "dcat:distribution",
        "dct:publisher",
        "dct:spatial",
        "dct:temporal",
        "dct:conformsTo",
        "dct:language",
      ],
    ],
  ],
  ["dcatapit:Distribution", ["dct:format", "dcat:accessURL", "dct:license"]],
  ["dcatapit:Agent", ["dct:identifier", "foaf:name"]],
  ["dcatapit:LicenseDocument", ["foaf:name", "dct:type"]],
  ["dcatapit:Standard", ["dct:identifier"]],
  ["dct:PeriodOfTime", ["dcatapit:startDate", "dcat:startDate"]],
];

let document: object;
let triples: Triple[];
beforeAll(async () => {
  const [hub, city, istat] = [
    await makeMember("tavolo-hub", { roles: ["operator"] }),
    await makeMember("IT-028060", { url: "https://padova.example" }),
    await makeMember("istat", { url: "https://istat.example" }),
  ];
  const table = makeManifest("istat", {
    kind: "statistics",
    id: "istat/residenti/2022/1",
    dataset: "residenti",
    licence: "CC-BY-4.0",
    publisher: { name: { it: "Ministero della Prova", en: "Ministry of Tests" }, ipa: "m_test" },
  });
  const offers: Offer[] = [
    {
      member: {
        ...{ ...city.entry, ipa: "c_g224" },
        addresses: [
          { role: "technical", address: "https://padova.example/tecnico" },
          { role: "social-services", address: "mailto:sociale@padova.example" },
        ],
      },
      manifests: [
        makeManifest("IT-028060", {
          licence: "EUPL-1.2",
          title: { it: 'Prestazioni "<b>"', en: "Benefits" },
        }),
        makeManifest("IT-028060", {
          period: "2021",
          id: "IT-028060/prestazioni/2021/1",
          licence: "MIT (collection)",
        }),
      ],
    },
    { member: istat.entry, manifests: [table] },
  ];
  document = dcat("https://hub.example", hub.entry, offers, NOW);
  triples = await triplesOf(document);
});

const of = (type: string) =>
  triples
    .filter(({ predicate, object }) => predicate === iri("rdf:type") && object === `<${iri(type)}>`)
    .map(({ subject }) => subject);
const objects = (subject: string, property: string) =>
  triples
    .filter((triple) => triple.subject === subject && triple.predicate === iri(property))
    .map(({ object }) => object);

describe.each(MANDATORY)("every %s", (type, properties) => {
  test.each(properties)("has %s", (property) => {
    const subjects = of(type);
    expect(subjects.length).toBeGreaterThan(0);
    for (const subject of subjects) expect(objects(subject, property), subject).not.toEqual([]);
  });
});

test("what others published has its publisher, and a member's office is whom to write to", () => {
  const [residents = ""] = of("dcatapit:Dataset").filter((one) => one.includes("istat/residenti"));
  const [publisher = ""] = objects(residents, "dct:publisher");
  expect(objects(publisher, "foaf:name")).toEqual(['"Ministero della Prova"@it']);
  expect(objects(publisher, "dct:identifier")).toEqual(['"m_test"']);
  const [benefits = ""] = of("dcatapit:Dataset").filter((one) => one.includes("prestazioni"));
  const [contact = ""] = objects(benefits, "dcat:contactPoint");
  expect(
    triples.filter(({ subject }) => subject === contact).map(({ object }) => object),
  ).toContain("<mailto:sociale@padova.example>");
  expect(objects(residents, "dcat:contactPoint")).toEqual([]);
});

test("what the profile has once stands once", () => {
  const once = [
    ["dcatapit:Agent", "foaf:name"],
    ["dcatapit:Agent", "dct:identifier"],
    ["dcatapit:Catalog", "dct:publisher"],
    ["dcatapit:Dataset", "dct:identifier"],
    ["dcatapit:Dataset", "dct:modified"],
    ["dcatapit:Dataset", "dct:rightsHolder"],
    ["dcatapit:Dataset", "dct:accrualPeriodicity"],
    ["dcatapit:Distribution", "dct:format"],
    ["dcatapit:Distribution", "dct:license"],
    ["dcatapit:LicenseDocument", "dct:type"],
  ] as const;
  for (const [type, property] of once)
    for (const subject of of(type))
      expect([subject, property, new Set(objects(subject, property)).size]).toEqual([
        subject,
        property,
        1,
      ]);
});

test("no relative address is left, and no term that the context does not know", () => {
  const terms = (value: unknown): string[] =>
    Array.isArray(value)
      ? value.flatMap(terms)
      : typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([name, inner]) =>
            name === "@context" ? [] : [...(name.startsWith("@") ? [] : [name]), ...terms(inner)],
          )
        : [];
  const seen = new Set(triples.map(({ predicate }) => predicate));
  for (const term of terms(document)) expect(seen, term).toContain(expandIn(document, term));
});
const expandIn = (document: object, term: string) => {
  const [prefix, name] = term.split(":") as [string, string];
  return `${(document as { "@context": Record<string, string> })["@context"][prefix]}${name}`;
};

test("a dataset is one, with each of its releases in each of its forms", () => {
  expect(of("dcat:Dataset")).toHaveLength(2);
  expect(of("dcat:Distribution")).toHaveLength(3 * 5);
  const [padova] = of("dcat:Dataset").filter((subject) => subject.includes("IT-028060"));
  expect(objects(padova!, "dct:identifier")).toEqual(['"c_g224:prestazioni"']);
  expect(objects(padova!, "dct:accrualPeriodicity")).toEqual([`<${EU}/frequency/ANNUAL>`]);
  expect(objects(objects(padova!, "dct:spatial")[0]!, "dct:identifier")).toEqual(['"028060"']);
});

test("a dataset of quarters is quarterly, from the first day of the first to the last of the last", async () => {
  const [hub, inps] = [
    await makeMember("tavolo-hub", { roles: ["operator"] }),
    await makeMember("inps", { url: "https://inps.example" }),
  ];
  const manifests = ["2023-Q4", "2024-Q1", "2023"].map((period) =>
    makeManifest("inps", { period, id: `inps/pensioni/${period}/1`, dataset: "pensioni" }),
  );
  const offer = { member: inps.entry, manifests };
  const all = triples;
  onTestFinished(() => {
    triples = all;
  });
  triples = await triplesOf(dcat("https://hub.example", hub.entry, [offer], NOW));
  const [pensions] = of("dcat:Dataset");
  expect(objects(pensions!, "dct:accrualPeriodicity")).toEqual([`<${EU}/frequency/QUARTERLY>`]);
  const [span] = objects(pensions!, "dct:temporal");
  expect(objects(span!, "dcat:startDate")[0]).toContain("2023-01-01");
  expect(objects(span!, "dcat:endDate")[0]).toContain("2024-03-31");
  const titles = of("dcat:Distribution").flatMap((one) => objects(one, "dct:title"));
  expect(titles.join()).toMatch(/, primo trimestre 2024 \(/);
});

test("what needs an agreement is listed as restricted and has no download; open data has one", () => {
  for (const subject of of("dcat:Dataset")) {
    const open = subject.includes("istat");
    expect(objects(subject, "dct:accessRights")).toEqual([
      `<${EU}/access-right/${open ? "PUBLIC" : "RESTRICTED"}>`,
    ]);
    for (const distribution of objects(subject, "dcat:distribution"))
      expect(objects(distribution, "dcat:downloadURL")).toHaveLength(open ? 1 : 0);
  }
});
