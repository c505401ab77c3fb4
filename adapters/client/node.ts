/** The client as Node has it: keys may lie in files besides. */

/** The private JWK in a file that only its owner can read. */
export { fileSigner as keyFile } from "../keys/file.ts";
export * from "./client.ts";
