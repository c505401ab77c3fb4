/** The client as a browser gets it. */
import { type BuildResult, build } from "esbuild";

/** A module of the project for browsers, minified; what is loaded only when needed is a file of its own. */
export const forBrowsers = (
  entry: string,
): Promise<BuildResult<{ write: false; metafile: true }>> =>
  build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    splitting: true,
    outdir: "/",
    platform: "browser",
    format: "esm",
    target: "es2022",
    logLevel: "silent",
  });
