/** Reading compressed Parquet in a browser, which has no zstd of its own that pages may use everywhere. */
import { decompress } from "fzstd";

export const unzstd = (bytes: Uint8Array): Uint8Array => decompress(bytes);
