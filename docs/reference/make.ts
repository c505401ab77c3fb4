/**
 * Writes the reference pages that follow from the code: refusals.md from the closed table, wire.md from the schemas, api.md and
 * the OpenAPI documents from the table of routes, the tables of items in storage.md from their declarations.
 * `node docs/reference/make.ts`; a test fails where the committed pages are out of step.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as z from "zod";
import { referenceMarkdown } from "../../functions/catalogue/reference.ts";
import {
  Agreement,
  AgreementEvent,
  AgreementId,
  AgreementPost,
  TermsFile,
} from "../../schemas/agreement.ts";
import { Descriptor } from "../../schemas/descriptor.ts";
import { storedItems } from "../../schemas/items/all.ts";
import {
  type At,
  patternText,
  type Role,
  roles,
  type StoredItem,
} from "../../schemas/items/item.ts";
import { Consistency, Inclusion, LogEntries, TreeHead } from "../../schemas/log.ts";
import { DirectoryEntry, EntryFile, MemberKey, RoleAddress } from "../../schemas/member.ts";
import { openapi } from "../../schemas/openapi.ts";
import { Body, Responsibility } from "../../schemas/organisation.ts";
import {
  Ask,
  Cell,
  CountFigure,
  Measure,
  Outcome,
  Partial,
  Query,
  Question,
  Receipt,
  Statement,
  SumFigure,
} from "../../schemas/query.ts";
import { problemType, type Reason, refusals } from "../../schemas/refusal.ts";
import { Horizon, ReleasedField, ReleasedPolicy, SignedManifest } from "../../schemas/release.ts";
import { RiskAnalysis } from "../../schemas/risk-analysis.ts";
import { Session } from "../../schemas/session.ts";
import {
  Axis,
  Bilingual,
  CodeTree,
  CompactJws,
  Day,
  Digest,
  MemberId,
  Name,
  OpenedCode,
  OpenedLevel,
  Period,
  PublicJwk,
  ReleaseId,
  Seconds,
} from "../../schemas/words.ts";

const GENERATED =
  "<!-- Made by `node docs/reference/make.ts`. Do not edit: change the schemas. -->";

/** What crosses a border, each with what its signature is called and where it goes. */
const wire = {
  Descriptor: [
    Descriptor,
    "Written by the owner of a dataset; not signed. What would void the promise is refused in `functions/disclosure/descriptor-rules.ts`.",
  ],
  Question: [Question, "What a person writes: the question without who signs it and when."],
  Query: [Query, "A question as its consumer signs it (`tavolo-query+jws`)."],
  Session: [
    Session,
    "The member's word that the key of one browser may ask for it (`tavolo-session+jws`).",
  ],
  Ask: [Ask, "The hub's envelope round a query, for one node (`tavolo-ask+jws`)."],
  Partial: [Partial, "One node's answer (`tavolo-partial+jws`)."],
  Statement: [Statement, "The hub's merged answer (`tavolo-statement+jws`)."],
  Manifest: [
    SignedManifest,
    "What a release says of itself (`tavolo-release+jws`). How a code list's digest is made: `functions/disclosure/code-lists.ts`.",
  ],
  Agreement: [
    Agreement,
    "Terms on one dataset, signed by both parties over the same bytes (`tavolo-agreement+jws`).",
  ],
  AgreementEvent: [
    AgreementEvent,
    "What one party says of an agreement later (`tavolo-agreement-event+jws`).",
  ],
  AgreementPost: [
    AgreementPost,
    "How agreements travel: with their signatures so far, and what was said of them.",
  ],
  TermsFile: [
    TermsFile,
    "Terms to be proposed, as `tavolo agreement propose --terms FILE` reads them; not signed.",
  ],
  TreeHead: [TreeHead, "What a member's log is at a time (`tavolo-head+jws`)."],
  LogEntries: [
    LogEntries,
    "Hashes of a log, as they lie in the store and as the tree has them; not signed, the head is.",
  ],
  Inclusion: [
    Inclusion,
    "Proof that an entry is in a log; with its receipt's name, the entry itself.",
  ],
  Consistency: [Consistency, "Proof that a log begins as it did."],
  EntryFile: [
    EntryFile,
    "What `tavolo member update FILE` puts into the member's next entry; not signed.",
  ],
  DirectoryEntry: [DirectoryEntry, "Who a member is, signed by the member (`tavolo-member+jws`)."],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

/** Schemas that others are made of: named once, pointed to from everywhere. */
const parts = {
  ...{
    MemberId,
    Name,
    Period,
    Day,
    Seconds,
    Digest,
    ReleaseId,
    AgreementId,
    CompactJws,
    Bilingual,
    PublicJwk,
    CodeTree,
    OpenedCode,
    OpenedLevel,
    Axis,
    MemberKey,
    RoleAddress,
    Body,
    Responsibility,
  },
  ...{
    RiskAnalysis,
    Measure,
    CountFigure,
    SumFigure,
    Cell,
    Outcome,
    Receipt,
    ReleasedField,
    ReleasedPolicy,
    Horizon,
  },
} as const satisfies Record<string, z.ZodType>;

/** As the formatter prints it, so that a page made anew is a page that lint accepts. */
function formatted(file: string, text: string): string {
  const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");
  const options = {
    input: text,
    encoding: "utf8",
    cwd: join(import.meta.dirname, "../.."),
  } as const;
  return execFileSync(
    process.execPath,
    [biome, "format", `--stdin-file-path=docs/reference/${file}`],
    options,
  );
}

/** Every schema by its name, as JSON Schema of what is sent; one points to another as `#/$defs/NAME`. */
function jsonSchemas(): Record<string, object> {
  const registry = z.registry<{ id: string }>();
  for (const [id, [schema]] of Object.entries(wire)) registry.add(schema, { id });
  for (const [id, schema] of Object.entries(parts)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io: "input", uri: (id) => `#/$defs/${id}` });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]),
  );
}

/** What changed on the wire since 0.1.0: the kind, from which `v`, and what that says. Writers write the lowest that holds it. */
const versions: readonly (readonly [kind: string, v: number, what: string])[] = [
  [
    "descriptor",
    2,
    "`policy.periods`: advantage and closed windows of one period; `period.start`, `period.end`: a row counts in each period that its days touch; periods of a quarter or a month",
  ],
  [
    "manifest",
    2,
    "`account.late`, `account.corrections`, `account.former`: the policy was fixed after its year began; releases off the calendar; the former year spent another sum; a `period` of a quarter or a month; `horizon.year`: after all periods of the year",
  ],
  [
    "account",
    2,
    "`fixed` policies and `corrections` of periods; entries of quarters and months, in the account of their year",
  ],
  [
    "question, query, agreement's terms, statement, correction, report",
    1,
    "a `period` may be a quarter or a month: nothing else of these changed",
  ],
  [
    "manifest",
    2,
    "`revision`: it replaces a release of the same public table; why, and which cells changed. The cube's column `REVISED` marks each",
  ],
  ["`GET /v1/releases` of a node", 2, "`next`: releases that are announced, and when"],
  ["descriptor", 2, "`status`: what the source says of its figures, in SDMX's CL_OBS_STATUS"],
  ["manifest", 2, "`statuses`: those that its figures have"],
  [
    "partial, statement",
    2,
    "`status` of a figure, and `none` of a cell: fields that have no figure there, by their source; `revised` of a figure: it is another than in the release that was replaced",
  ],
  [
    "manifest",
    2,
    "a code list of more than 4,000 bytes stands as its digest; the list lies beside the cube",
  ],
  [
    "descriptor, manifest",
    2,
    "`publisher`: who published what the member serves; `responsibility`: controllers and processors of rows about persons",
  ],
  ["descriptor", 2, "`level` may be `ambito`, a district of municipalities"],
  [
    "entry of a member (`tavolo-member+jws`)",
    2,
    "`addresses` of roles; `responsibility` for its rows, unless a descriptor says otherwise",
  ],
  ["agreement", 2, "`responsibility`, as the provider said when it was drafted"],
  ["question", 2, "`by` names a level of a code list, `place@3`"],
  ["partial", 2, "`manifest` is the digest of a manifest that names a code list by its digest"],
  ["statement", 2, "`manifests` and `codes` that its partials name by their digest, each once"],
  [
    "descriptor",
    2,
    "a field of the kind `known`: who has a value in a column, which a mean of it divides by",
  ],
  ["manifest", 2, "`of` of a count: it counts those of that count who have a value"],
  [
    "report (`tavolo-report+jws`)",
    2,
    "`orders`: shares of figures with a number (`points`), as an `intervals` alone and `withheld`, in place of `shown`, `flagged` and `hidden`",
  ],
  ["correction (`tavolo-correction+jws`)", 1, "new: the member signs for one more release"],
];

function wirePage(): string {
  const schemas = jsonSchemas();
  const block = (id: string) => `\`\`\`json\n${JSON.stringify(schemas[id])}\n\`\`\``;
  const chapters = Object.entries(wire).map(
    ([id, [, about]]) => `## ${id}\n\n${about}\n\n${block(id)}`,
  );
  const words = Object.keys(parts).map((id) => `### ${id}\n\n${block(id)}`);
  return [
    GENERATED,
    "# On the wire",
    [
      "JSON Schema (2020-12) of everything that crosses a border, made from `schemas/`. `#/$defs/NAME` points to the heading NAME on this page.",
      "Unknown members are refused everywhere. Rules that a schema cannot say (order of a question, bans in a descriptor, who may sign) are",
      "refused by name: see [refusals.md](refusals.md).",
    ].join("\n"),
    "## Versions",
    "What is not named here is `v` 1. Readers take every version; writers write the lowest that holds what they say.",
    [
      "| kind | from `v` | what |",
      "| --- | --- | --- |",
      ...versions.map(([kind, v, what]) => `| ${kind} | ${v} | ${what} |`),
    ].join("\n"),
    ...chapters,
    "## Parts",
    ...words,
  ].join("\n\n");
}

function refusalsPage(): string {
  const row = (reason: Reason) =>
    `| \`${reason}\` | ${refusals[reason].status} | ${refusals[reason].title} |`;
  return [
    GENERATED,
    "# Reasons to say no",
    [
      `The closed table, \`schemas/refusal.ts\`. Over HTTP a refusal is \`application/problem+json\` (RFC 9457) whose \`type\` is \`${problemType("not-found").replace("not-found", "REASON")}\`;`,
      "on the command line it is one sentence with the reason in brackets, and exit code 1. `detail` and `errors` may say what to do next; they",
      "carry names from the question or public facts, never data. Where one member of several fails, its reason is its outcome in the statement.",
    ].join("\n"),
    [
      "| reason | status | sentence |",
      "| --- | --- | --- |",
      ...(Object.keys(refusals) as Reason[]).map(row),
    ].join("\n"),
  ].join("\n\n");
}

function apiPage(): string {
  return [
    GENERATED,
    "# Interfaces of hub and node",
    [
      "Made from `schemas/routes.ts` and what `schemas/api-*.ts` say of each route. For programs: [openapi.json](openapi.json)",
      "(hub) and [openapi-node.json](openapi-node.json) (nodes), OpenAPI 3.1; a hub serves both, and this page at `/docs/api`. What is sent is in",
      "[wire.md](wire.md), every reason to say no in [refusals.md](refusals.md).",
    ].join("\n"),
    referenceMarkdown(),
  ].join("\n\n");
}

function itemsTable(at: At): string {
  const key = (pk: string, sk: string) => `\`${pk}\`, \`${sk}\``;
  const row = ({ pk, sk, example, about, byHand, ...one }: StoredItem) => {
    const writers = [...one.writes.filter(isAt(at)), ...(byHand === undefined ? [] : [byHand])];
    return [
      ...[key(patternText(pk), patternText(sk)), key(...example), about],
      ...[one.reads.filter(isAt(at)), writers, one.removes.filter(isAt(at))].map(
        (who) => who.join(", ") || "–",
      ),
      ...[one.condition, one.ends],
    ];
  };
  return [
    ["key (`pk`, `sk`)", "example", "body", "read by", "written by", "removed by"].concat(
      "condition",
      "ends",
    ),
    Array<string>(8).fill("---"),
    ...storedItems.filter((one) => one.at.includes(at)).map(row),
  ]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
const isAt = (at: At) => (role: Role) => roles[role].at.some((one) => one === at);

/** The page is written by hand but for its tables of items, each between two comments. */
function storagePage(): string {
  const page = readFileSync(join(import.meta.dirname, "storage.md"), "utf8");
  return page.replace(
    /(<!-- items of a (node|hub): [^\n]*-->\n).*?(?=\n<!-- end -->)/gs,
    (_, begin: string, at: At) => `${begin}\n${itemsTable(at)}\n`,
  );
}

const texts: Readonly<Record<string, () => string>> = {
  "api.md": apiPage,
  "openapi.json": () => JSON.stringify(openapi("hub")),
  "openapi-node.json": () => JSON.stringify(openapi("node")),
  "refusals.md": refusalsPage,
  "storage.md": storagePage,
  "wire.md": wirePage,
};

/** The pages by their file's name, as they should be. */
export const pages = (): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([file, text]) => [file, formatted(file, text())]));

if (import.meta.main)
  for (const [file, page] of Object.entries(pages()))
    await writeFile(join(import.meta.dirname, file), page);
