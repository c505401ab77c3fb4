/** What the tests of the keep stand on: a store and blobs in memory and in a temporary folder, files as arrays, a writer of JSON lines. */
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { onTestFinished } from "vitest";
import type { IngestDeps } from "../../functions/keep/ingest/ingest.ts";
import { versionInForce } from "../../functions/keep/version-store.ts";
import type {
  Blobs,
  Item,
  RawRow,
  Signer,
  Source,
  Store,
  VersionRow,
  VersionWriter,
} from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { memorySigner } from "./federation.ts";

export function memoryStore(): Store & { readonly items: Map<string, Item> } {
  const items = new Map<string, Item>();
  const key = (pk: string, sk: string) => `${pk} ${sk}`;
  return {
    items,
    get: async (pk, sk) => items.get(key(pk, sk)),
    getMany: async (pk, sks) => sks.flatMap((sk) => items.get(key(pk, sk)) ?? []),
    async put(item, condition) {
      const there = items.get(key(item.pk, item.sk));
      const holds =
        condition === undefined ||
        (condition.kind === "absent" && there === undefined) ||
        (condition.kind === "revision" && there?.revision === condition.is);
      if (holds) items.set(key(item.pk, item.sk), structuredClone(item));
      return holds;
    },
    async delete(pk, sk) {
      items.delete(key(pk, sk));
    },
    async *query(pk, { prefix = "", limit = Number.POSITIVE_INFINITY } = {}) {
      const found = [...items.values()].filter(
        (item) => item.pk === pk && item.sk.startsWith(prefix),
      );
      yield* found.sort((a, b) => (a.sk < b.sk ? -1 : 1)).slice(0, limit);
    },
  };
}

/** Blobs in a folder of their own, which goes when the test ends. */
export async function temporaryBlobs(): Promise<Blobs & { readonly root: string }> {
  const [root, beside] = [
    await mkdtemp(join(tmpdir(), "keep-")),
    await mkdtemp(join(tmpdir(), "keep-drafts-")),
  ];
  for (const folder of [root, beside])
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const place = (path: string) => join(root, path);
  return {
    root,
    read: (path) => readFile(place(path)).catch(() => undefined),
    async write(path, bytes) {
      // all of it or nothing, as the port says: several runs may write the same version at once
      await mkdir(dirname(place(path)), { recursive: true });
      const draft = join(beside, randomBytes(8).toString("hex"));
      await writeFile(draft, bytes);
      await rename(draft, place(path));
    },
    delete: (path) => rm(place(path), { force: true }),
    async list(prefix) {
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      const paths = entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(root, join(entry.parentPath, entry.name)));
      return paths.filter((path) => path.startsWith(prefix)).sort();
    },
    local: async (path) => place(path),
  };
}

/** Rows as JSON lines: as deterministic as the real file, and readable in a test. */
export const linesWriter: VersionWriter = {
  async write(path, _, rows) {
    const lines: string[] = [];
    for await (const row of rows) lines.push(JSON.stringify(row));
    await writeFile(path, lines.join("\n"));
  },
  async without(
    from,
    to,
    subjects,
    {
      rename = (subject: string) => subject,
      periods = [],
      startBefore = Number.NEGATIVE_INFINITY,
    } = {},
  ) {
    const rows = linesOf(await readFile(from)).map((row) => ({
      ...row,
      subject: rename(row.subject),
    }));
    const out = ({ subject, period, start }: VersionRow) =>
      subjects.includes(subject) || periods.includes(period) || start < startBefore;
    await writeFile(to, rows.flatMap((row) => (out(row) ? [] : [JSON.stringify(row)])).join("\n"));
  },
  async earliest(path) {
    const starts = linesOf(await readFile(path)).map(({ start }) => start);
    return starts.length === 0 ? undefined : Math.min(...starts);
  },
};

export function linesOf(bytes: Uint8Array): VersionRow[] {
  const text = Buffer.from(bytes).toString("utf8");
  return text === "" ? [] : text.split("\n").map((line) => JSON.parse(line));
}

export type Cells = Readonly<Record<string, string | null>>;
/** Files by name; their rows begin on line 2, as behind a header. */
export const arraySource = (files: Readonly<Record<string, readonly (Cells | RawRow)[]>>): Source =>
  async function* (file) {
    for (const [at, row] of files[file]!.entries())
      yield "values" in row && "line" in row
        ? (row as RawRow)
        : { line: at + 2, values: row as Cells };
  };

/** Throws at one call of a store's or of blobs' methods, before it takes effect or after. */
export function failingAt(
  call: number,
  when: "before" | "after",
): { wrap<T extends object>(target: T): T; readonly reached: () => boolean } {
  let calls = 0;
  const wrap = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(object, name) {
        const member = Reflect.get(object, name) as unknown;
        if (typeof member !== "function" || name === "query" || name === "local") return member;
        return async (...given: unknown[]) => {
          const fails = ++calls === call;
          if (fails && when === "before") throw new Error("the machine stopped");
          const result: unknown = await member.apply(object, given);
          if (fails) throw new Error("the machine stopped");
          return result;
        };
      },
    });
  return { wrap, reached: () => calls >= call };
}

export interface Keep extends IngestDeps {
  readonly member: string;
  /** A release key made for the test. */
  readonly signer: Signer;
  readonly store: ReturnType<typeof memoryStore>;
  readonly blobs: Awaited<ReturnType<typeof temporaryBlobs>>;
  readonly logged: { readonly kind: string; readonly facts: Record<string, string | number> }[];
}
/** A keep of its own, on 1 March 2024. */
export async function keep(
  files: Readonly<Record<string, readonly (Cells | RawRow)[]>> = {},
): Promise<Keep> {
  const logged: Keep["logged"] = [];
  return {
    member: "IT-016024",
    signer: memorySigner(),
    source: arraySource(files),
    writer: linesWriter,
    store: memoryStore(),
    blobs: await temporaryBlobs(),
    clock: () => Date.UTC(2024, 2, 1) / 1000,
    random: (bytes) => randomBytes(bytes),
    log: async (kind, facts) => void logged.push({ kind, facts }),
    logged,
  };
}

const both = (text: string) => ({ it: text, en: text });
/** A dataset of records with everything that ingest knows: age, code and band dimensions, a family, sums and a threshold. */
export const example = {
  v: 1,
  id: "prestazioni",
  kind: "records",
  title: both("Prestazioni"),
  description: both("Prestazioni"),
  origin: "made",
  source: "a generator",
  licence: "CC0-1.0",
  level: "municipality",
  legalBasis: { basis: "public-task", reference: "a law" },
  file: {
    format: "csv",
    delimiter: ";",
    decimal: ",",
    thousands: ".",
    dates: "dd/mm/yyyy",
    missing: ["", "n.d."],
  },
  period: { column: "anno" },
  subject: { unit: both("persona"), columns: ["cf", "ente"], start: "inizio" },
  dimensions: [
    {
      id: "age",
      title: both("età"),
      column: "nascita",
      generalise: "age",
      codes: ["0-17", "18-64", "65+"],
      source: "a table",
    },
    {
      id: "sex",
      title: both("sesso"),
      column: "sesso",
      map: { "1": "M", "2": "F" },
      codes: ["F", "M", "X"],
      other: "X",
      source: "a table",
    },
    {
      id: "isee",
      title: both("ISEE"),
      column: "isee",
      generalise: "band",
      codes: ["0-9999", "10000+", "none"],
      other: "none",
      source: "a law",
    },
  ],
  family: {
    id: "benefit",
    title: both("prestazione"),
    column: "codice",
    codes: [
      { code: "A2.07", title: both("assistenza") },
      { code: "A2.08", title: both("trasporto") },
    ],
    source: "a table",
  },
  fields: [
    { id: "any", kind: "any", title: both("persone") },
    {
      id: "hours",
      kind: "sum",
      title: both("ore"),
      column: "ore",
      of: "A2.07",
      bounds: [0, 30],
      grid: 0.01,
      unit: both("ore"),
      source: "a tariff",
    },
  ],
  policy: {
    method: "lattice",
    calendar: { "2023": ["2024-06-30"], "2024": ["2025-02-28", "2025-06-30"] },
  },
  rejects: { share: 0.5 },
} as const;

export const goodRow: Cells = {
  anno: "2023",
  cf: "RSSMRA50A01H501U",
  ente: "1",
  inizio: "01/02/2023",
  nascita: "31/12/1950",
  sesso: "2",
  isee: "9.999,99",
  codice: "A2.07",
  ore: "12,345",
};

/** An ingest of the example, with some of its descriptor changed. */
export const job = (more: object = {}, files: readonly string[] = ["a"]) => ({
  member: "IT-016024",
  descriptor: { ...example, ...more },
  files,
});

/** The rows in force, if any. */
export async function storedRows({ store, blobs }: Keep): Promise<VersionRow[] | undefined> {
  const held = await versionInForce(store, example.id);
  return held && linesOf((await blobs.read(held.pointer.path))!);
}

/** The refusal that something ends in. */
export async function refusal(promise: Promise<unknown>): Promise<Refused> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Refused) return error;
  throw new TypeError("it was not refused", { cause: error });
}
