/**
 * DuckDB for arm64, as a layer. Build it before deploying, on any machine:
 *   npm ci --prefix infra/layers/duckdb/nodejs --cpu=arm64 --os=linux --libc=glibc --omit=dev --ignore-scripts
 * Lambda looks for ES modules in a layer as it does for the older kind (since its Node 18 runtime). Synthesis needs no network:
 * where the layer was not built it says so, and goes on with an empty one.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Annotations } from "aws-cdk-lib";
import { Architecture, Code, LayerVersion, Runtime } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

const folder = fileURLToPath(new URL("layers/duckdb", import.meta.url));
const binding = `${folder}/nodejs/node_modules/@duckdb/node-bindings-linux-arm64`;

export function duckDbLayer(scope: Construct): LayerVersion {
  if (!existsSync(binding))
    Annotations.of(scope).addWarningV2(
      "tavolo:layer",
      "the DuckDB layer is not built: see infra/layer.ts before deploying",
    );
  return new LayerVersion(scope, "DuckDb", {
    code: Code.fromAsset(folder),
    compatibleRuntimes: [Runtime.NODEJS_24_X],
    compatibleArchitectures: [Architecture.ARM_64],
    description: "@duckdb/node-api",
  });
}
