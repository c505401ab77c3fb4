/** How a function becomes one file: the same for what is deployed and for the test of what is in it. Plain values only. */
import { fileURLToPath } from "node:url";

const file = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export const root = file(".");
export const lockFile = file("package-lock.json");
/** What builds the page. */
export const pageBuild = file("adapters/page/build.ts");
export const entryOf = (name: string): string => file(`adapters/aws/lambda/${name}.ts`);

/** Folders with a native engine, which comes in a layer; everything else is bundled, the SDK too, so that what was tested is what runs. */
export const WITH_ENGINE = ["ingest", "consent", "release"] as const;
export const externalsOf = (folder: string): string[] =>
  WITH_ENGINE.some((name) => name === folder) ? ["@duckdb/*"] : [];

/** By default esbuild takes the SDK's CommonJS, which asks for `require` and so cannot start as an ES module. */
export const MAIN_FIELDS = ["module", "main"];
export const TARGET = "node24";
