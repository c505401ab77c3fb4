/** How much script each page brings, compressed as it is served; and of what it consists. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import type { Table } from "./measure.ts";

const kb = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;

const VIEW = "page/view/";
/** Lines of a table. */
const MOST = 16;
/** Bytes of a piece that is not worth a line. */
const SMALL = 4096;

type Output = Metafile["outputs"][string];

/** What a page needs before it shows anything: its entry, and what that imports, again and again. */
function needed(outputs: Metafile["outputs"], path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { path: next, kind } of outputs[path]?.imports ?? [])
    if (kind === "import-statement" && next in outputs) needed(outputs, next, seen);
  return seen;
}

/** Folders whose parts are told apart: by what they are of, and packages by their name. */
function partOf(input: string): string {
  const [, packed] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input) ?? [];
  if (packed !== undefined) return packed;
  const view = /^functions\/dashboard\/page\/(view\/[^/.]+|picture|words|map|owner)/.exec(
    input,
  )?.[1];
  if (view !== undefined) return `page/${view}`;
  return input.split("/").slice(0, 2).join("/");
}

export async function scriptTables({ outputs }: Metafile, built: string): Promise<Table[]> {
  const coded = async (path: string) => {
    const file = join(built, "assets", path.split("/").at(-1)!);
    const [raw, br, gz] = await Promise.all([stat(file), stat(`${file}.br`), stat(`${file}.gz`)]);
    return [raw.size, br.size, gz.size] as const;
  };
  const sizes = async (paths: Iterable<string>) => {
    const all = await Promise.all([...paths].map(coded));
    return [0, 1, 2].map((at) => all.reduce((sum, one) => sum + one[at]!, 0));
  };
  const scripts = Object.entries(outputs).filter(([path]) => path.endsWith(".js"));
  const entries = scripts.filter(
    ([, { entryPoint }]) => entryPoint !== undefined && /main\.tsx$|owner\.tsx$/.test(entryPoint),
  );
  const rows: string[][] = [];
  const first = new Set<string>();
  for (const [path, { entryPoint }] of entries) {
    const paths = needed(outputs, path);
    for (const one of paths) first.add(one);
    const [raw, br, gz] = await sizes(paths);
    const of = entryPoint!.endsWith("main.tsx") ? "the manager's page" : "the owner's page";
    rows.push([of, kb(raw!), kb(br!), kb(gz!), br! < 300 * 1024 ? "pass" : "FAIL"]);
  }
  const later = scripts.filter(([path, { bytes }]) => !first.has(path) && bytes > SMALL);
  for (const [path, output] of later.sort(([, a], [, b]) => b.bytes - a.bytes)) {
    const [raw, br, gz] = await sizes([path]);
    rows.push([`where it is needed: ${nameOf(output)}`, kb(raw!), kb(br!), kb(gz!), ""]);
  }
  return [
    {
      title: "Script by page",
      head: ["", "as it is", "brotli", "gzip", "under 300 KB"],
      rows,
      notes: [
        "What must be there before the page shows anything, and what comes when a view that needs it is shown.",
      ],
    },
    ...partsTables(
      outputs,
      needed(outputs, entries.find(([, { entryPoint }]) => entryPoint!.endsWith("main.tsx"))![0]),
    ),
  ];
}

const nameOf = ({ inputs }: Output) => {
  const [largest] = Object.entries(inputs).sort(
    ([, a], [, b]) => b.bytesInOutput - a.bytesInOutput,
  );
  return largest === undefined ? "nothing" : partOf(largest[0]);
};

function partsTables(outputs: Metafile["outputs"], paths: ReadonlySet<string>): Table[] {
  const parts = new Map<string, number>();
  for (const path of paths)
    for (const [input, { bytesInOutput }] of Object.entries(outputs[path]!.inputs))
      parts.set(partOf(input), (parts.get(partOf(input)) ?? 0) + bytesInOutput);
  const sorted = [...parts].sort(([, a], [, b]) => b - a);
  const all = sorted.reduce((sum, [, bytes]) => sum + bytes, 0);
  const line = ([name, bytes]: readonly [string, number]) => [
    name,
    kb(bytes),
    `${((100 * bytes) / all).toFixed(1)} %`,
  ];
  const head = ["", "minified, not compressed", "share"];
  const views = sorted.filter(([name]) => name.startsWith(VIEW));
  const others = sorted.filter(([name]) => !name.startsWith(VIEW));
  const rest = others.slice(MOST).reduce((sum, [, bytes]) => sum + bytes, 0);
  const viewsAll = views.reduce((sum, [, bytes]) => sum + bytes, 0);
  const parted = [
    ...others.slice(0, MOST),
    ["all views", viewsAll] as const,
    ["everything else", rest] as const,
  ];
  return [
    { title: "Of what the manager's script consists", head, rows: parted.map(line), notes: [] },
    {
      title: "Script by view",
      head,
      rows: views.map(([name, bytes]) => line([name.slice(VIEW.length), bytes])),
      notes: [],
    },
  ];
}
