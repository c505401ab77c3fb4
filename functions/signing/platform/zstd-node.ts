/** Reading compressed Parquet under Node; `#zstd` in package.json chooses. */
import { zstdDecompressSync } from "node:zlib";

export const unzstd = (bytes: Uint8Array): Uint8Array => zstdDecompressSync(bytes);
