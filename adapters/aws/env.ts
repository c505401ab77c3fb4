/**
 * What a deployed function is told by its environment. Nothing of it is a secret: keys stay in KMS, and the rights are those of
 * the function's role. There is no name here, and must be none, by which a key of noise, a clock or an engine could be chosen.
 */
import * as z from "zod";
import { MemberId } from "../../schemas/words.ts";

export type Env = Readonly<Record<string, string | undefined>>;

const named = z.string().min(1);

const Member = z.object({
  /** Who runs this function. */
  TAVOLO_MEMBER: MemberId,
  TAVOLO_TABLE: named,
});
export const HubReaderEnv = Member;
export const StatusEnv = z.object({ TAVOLO_TABLE: named });
/** `TAVOLO_KEY`: id or ARN of the KMS key that this role, and no other, signs with. */
export const HubEnv = z.object({ ...Member.shape, TAVOLO_KEY: named });
export const AnswerEnv = z.object({
  ...Member.shape,
  TAVOLO_KEY: named,
  TAVOLO_HUB: MemberId,
  TAVOLO_PUBLISHED: named,
});
export const KeepEnv = z.object({ ...Member.shape, TAVOLO_PRIVATE: named });
/** `TAVOLO_KEY`: the release key, with which receipts of persons are signed. */
export const ConsentEnv = z.object({ ...KeepEnv.shape, TAVOLO_KEY: named });
export const ReleaseEnv = z.object({
  ...Member.shape,
  TAVOLO_KEY: named,
  TAVOLO_PRIVATE: named,
  TAVOLO_PUBLISHED: named,
});

/** `TAVOLO_CONSENT`: name of the function that takes persons out. `TAVOLO_HUB_URL`: where the public register of agreements is. */
export const OwnerEnv = z.object({
  ...Member.shape,
  TAVOLO_PUBLISHED: named,
  TAVOLO_CONSENT: named,
  TAVOLO_HUB_URL: z.url().optional(),
});

/**
 * `TAVOLO_KEY`: the session key. `TAVOLO_HUB_URL`: where the hub's page is. `TAVOLO_OIDC`: what schemas/desk.ts has, as JSON. `TAVOLO_OIDC_SECRET`, `TAVOLO_OIDC_KEY`: name of the
 * secret, or of the key, by which the desk proves to its provider who it is.
 */
export const DeskEnv = z.object({
  ...{ ...Member.shape, TAVOLO_KEY: named, TAVOLO_HUB: MemberId, TAVOLO_PUBLISHED: named },
  ...{
    TAVOLO_HUB_URL: z.url(),
    TAVOLO_OIDC: named,
    TAVOLO_OIDC_SECRET: named.optional(),
    TAVOLO_OIDC_KEY: named.optional(),
  },
});

/** Throws an Error that names the variables that are missing or wrong. */
export function readEnv<T>(schema: z.ZodType<T>, env: Env): T {
  const read = schema.safeParse(env);
  if (read.success) return read.data;
  throw new Error(
    `The environment is incomplete: ${read.error.issues.map(({ path }) => path.join(".")).join(", ")}`,
  );
}
