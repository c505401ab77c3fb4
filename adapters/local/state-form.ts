/** The number of the form in which a state is written: a state of another form is left as it is, never half read. */
import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

interface State {
  readonly root: string;
  /** The file that holds the number. */
  readonly form: string;
}

/** One more whenever what lies under `.tavolo` is written so that the version before could not read it. */
const FORM = 1;
/** What 0.1.0 wrote carries no number: it is of this form. */
const UNNUMBERED = 1;

/** Throws where the state is not of this form, and says what helps. Writes nothing. */
export async function checkForm(at: State): Promise<void> {
  const form = await formOf(at);
  if (form !== FORM) throw new Error(await refusal(at, form));
}

/** The same, before something is written here: from then on the state carries its number. */
export async function takeOver(at: State): Promise<void> {
  await checkForm(at);
  await mkdir(at.root, { recursive: true, mode: 0o700 });
  const draft = `${at.form}.${randomUUID()}`;
  try {
    await writeFile(draft, `${FORM}\n`, { mode: 0o600 });
    // a link appears whole or not at all, and never over the number that another process put there
    await link(draft, at.form);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    await checkForm(at);
  } finally {
    await rm(draft, { force: true });
  }
}

/** The form of what lies here; undefined where it says something that is no number. */
async function formOf(at: State): Promise<number | undefined> {
  const text = await readFile(at.form, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (text !== undefined) return /^\d{1,6}\n$/.test(text) ? Number(text) : undefined;
  const names = await namesIn(at.root);
  return names.includes("members") || names.includes("store") ? UNNUMBERED : FORM;
}

/** The demonstration is made again. A hub or a node of its own holds keys and rows that nothing makes again. */
async function refusal(at: State, form: number | undefined): Promise<string> {
  const what = `the state in ${at.root} is of form ${form ?? "unknown"}, and this version reads form ${FORM}`;
  return (await namesIn(join(at.root, "members"))).length > 1
    ? `${what}; begin again with: npm start -- --fresh --state ${at.root}`
    : `${what}; it was left as it is, with its keys. Go on with the version that wrote it, or come to the newest: git pull && npm ci`;
}

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return [];
  });
