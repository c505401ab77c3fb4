/** What the hub shows to everybody, as clients read it. Nothing of it is signed; members that a newer hub adds are passed over. */
import * as z from "zod";
import { Body, Responsibility } from "./organisation.ts";
import { Announced } from "./release.ts";
import {
  Axis,
  Bilingual,
  DatasetKind,
  MemberId,
  Name,
  Period,
  ReleaseId,
  Slug,
  Year,
} from "./words.ts";

/** A release as a newcomer chooses by it. The manifest, signed, is at the node. */
export const Offered = z.object({
  id: ReleaseId,
  dataset: Slug,
  title: Bilingual,
  kind: DatasetKind,
  period: Period,
  level: z.string(),
  unit: Bilingual.optional(),
  fields: z.array(
    z.object({
      id: Name,
      title: Bilingual,
      kind: z.enum(["count", "sum"]),
      order: z.number().int(),
      unit: Bilingual,
      of: Name.optional(),
    }),
  ),
  axes: z.array(Axis),
  origin: z.enum(["real", "made"]),
  source: z.string(),
  licence: z.string(),
  /** Who published the table, where that is not the member. */
  publisher: Body.optional(),
  /** Who answers for the rows, where the descriptor says so. */
  responsibility: Responsibility.optional(),
  /** Points; absent where nothing is protected. */
  advantage: z.number().optional(),
  smallest: z.number().int(),
});
export type Offered = z.infer<typeof Offered>;

/** A member's releases, or the reason why they cannot be seen now. */
export const Offers = z.object({
  member: MemberId,
  name: Bilingual,
  datasets: z.array(Offered),
  /** Releases that are announced: of which dataset and period, and when (seconds). */
  next: z.array(Announced).optional(),
  outcome: z.string().optional(),
});
export type Offers = z.infer<typeof Offers>;

export const DatasetsResponse = z.object({ v: z.literal(1), members: z.array(Offers) });

/** Each node's account of a year beside what it publishes, as the hub compared them. */
export const Accounts = z.strictObject({
  v: z.literal(1),
  accounts: z
    .array(
      z.strictObject({
        member: MemberId,
        year: Year.optional(),
        ceiling: z.number().optional(),
        mu2: z.number().optional(),
        discrepancies: z.array(z.string().max(400)).max(1000).optional(),
        outcome: z.string().max(60).optional(),
      }),
    )
    .max(10_000),
});
