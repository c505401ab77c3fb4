/**
 * `npm run build:client`: the client as a package that others install, in dist/client/. Types cannot be stripped under node_modules, so that it must be
 * JavaScript; jose and zod stay what they are, everything else is inside.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type BuildOptions, build } from "esbuild";

const root = join(import.meta.dirname, "../../..");
const OUTSIDE = ["jose", "zod"] as const;

interface Package {
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Builds into a folder, which is emptied first. */
export async function buildClient(to = join(root, "dist/client")): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  const shared: BuildOptions = {
    bundle: true,
    format: "esm",
    target: "es2022",
    external: [...OUTSIDE],
    outdir: to,
    logLevel: "warning",
  };
  const client = join(root, "adapters/client");
  // Parquet is read by a file that is loaded only when a cube is to be checked
  await build({
    ...shared,
    entryPoints: { browser: join(client, "client.ts") },
    platform: "browser",
    splitting: true,
  });
  await build({
    ...shared,
    entryPoints: { node: join(client, "nodejs.ts") },
    platform: "node",
    target: "node22",
  });
  await promisify(execFile)(process.execPath, [
    join(root, "node_modules/typescript/bin/tsc"),
    ...["-p", join(client, "package"), "--outDir", join(to, "types")],
  ]);
  const { version, license, dependencies } = JSON.parse(
    await readFile(join(root, "package.json"), "utf8"),
  ) as Package;
  const types = (entry: string) => `./types/adapters/client/${entry}.d.ts`;
  const manifest = {
    name: "tavolo",
    version,
    description: "Typed client of a Tavolo federation, for Node and browsers",
    license,
    type: "module",
    engines: { node: ">=22" },
    exports: {
      "./client": {
        browser: { types: types("client"), default: "./browser.js" },
        default: { types: types("nodejs"), default: "./node.js" },
      },
    },
    dependencies: Object.fromEntries(OUTSIDE.map((name) => [name, dependencies[name]])),
  };
  await writeFile(join(to, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await cp(join(root, "LICENSE"), join(to, "LICENSE"));
  await cp(join(root, "docs/how-to/use-the-client.md"), join(to, "README.md"));
}

if (import.meta.main) await buildClient();
