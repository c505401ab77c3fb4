/** Bodies behind data: who published it, and who answers for rows about persons under the GDPR. */
import * as z from "zod";
import { Bilingual } from "./words.ts";

/** A code of the index of public administrations (IPA). */
export const Ipa = z.string().regex(/^[A-Za-z0-9_-]{2,40}$/, "a code of indicepa.gov.it");

/** A body, which need not be a member: its name, and where it can be looked up. */
const body = {
  name: Bilingual,
  ipa: Ipa.optional(),
  url: z.url({ protocol: /^https$/ }).optional(),
};
export const Body = z.strictObject(body);
export type Body = z.infer<typeof Body>;

/** The act, agreement or contract that says so. */
const Act = z.string().min(1).max(1000);

/**
 * Who decides why and how rows about persons are used (GDPR, art. 4(7)), jointly where there are several (art. 26(1): by an
 * arrangement), and who works on them for these (art. 28(3): by a contract or act). It does not follow from a body's form: it is
 * written down. Where nothing is said, the member alone decides.
 */
export const Responsibility = z
  .strictObject({
    controllers: z.array(Body).min(1).max(60),
    arrangement: Act.optional(),
    processors: z
      .array(z.strictObject({ ...body, act: Act }))
      .min(1)
      .max(20)
      .optional(),
  })
  .refine(
    ({ controllers, arrangement }) => controllers.length > 1 === (arrangement !== undefined),
    { path: ["arrangement"], message: "the act of joint controllers, and of them alone" },
  );
export type Responsibility = z.infer<typeof Responsibility>;
