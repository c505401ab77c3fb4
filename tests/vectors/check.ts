/** What a vector file becomes: checks, each with a name. */
// biome-ignore lint/suspicious/noExplicitAny: vector files are of as many shapes as kinds; each check reads its own
export type Json = any;

export interface Check {
  readonly name: string;
  /** Why it is not counted as passed: what it tests is not used here. What must hold nevertheless is still run. */
  readonly skipped?: string;
  readonly run: () => void | Promise<void>;
}
