/** What a vector file becomes: checks, each with a name. */
// biome-ignore lint/suspicious/noExplicitAny: vector files are of as many shapes as kinds; each check reads its own
export type Json = any;

export interface Check {
  readonly name: string;
  /** What the vector calls valid and our policy refuses: `run` then holds that it is refused, which passes, and is said by name. */
  readonly policy?: string;
  readonly run: () => void | Promise<void>;
}
