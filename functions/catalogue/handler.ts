/** Who the members are, and what they offer. All of it public: no token is asked for. */

import { createHash } from "node:crypto";
import { ifRefused } from "../../schemas/caught.ts";
import type { DirectoryEntry, DirectoryFile, MemberHistory } from "../../schemas/member.ts";
import { inOrder, yearOf } from "../../schemas/period.ts";
import type { Clock } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Manifest } from "../../schemas/release.ts";
import { totalMu2 } from "../disclosure/gaussian-dp.ts";
import { refusalOf } from "../edge/fault.ts";
import { type Edge, json, originOf, type Reply, text } from "../edge/http.ts";
import { serving } from "../edge/serving.ts";
import type { Directory } from "../members/directory.ts";
import { badCorrections, badRaises, discrepancies } from "./audit.ts";
import { dcat } from "./dcat.ts";
import type { Offers } from "./offers.ts";
import { openapiText, referenceHtml, STYLE } from "./reference.ts";

export interface CatalogueDeps {
  readonly directory: Directory;
  readonly offers: Offers;
  readonly clock: Clock;
  /** Where the hub answers; undefined behind API Gateway alone. */
  readonly origin?: string | undefined;
}

export const edge = (deps: CatalogueDeps): Edge =>
  serving("catalogue", {
    members: async () => {
      const [entries, former] = await Promise.all([
        deps.directory.signed(),
        deps.directory.former(),
      ]);
      return json({
        v: 1,
        entries: [...entries],
        ...(former.length > 0 ? { former: [...former] } : {}),
      } satisfies DirectoryFile);
    },
    memberHistory: async ({ pathParameters }) => {
      const entries = await deps.directory.history(pathParameters?.id ?? "");
      if (entries.length === 0) throw new Refused("unknown-member");
      return json({ v: 1, entries: [...entries] } satisfies MemberHistory);
    },
    datasets: async () => json({ v: 1, members: await datasets(deps, deps.clock()) }),
    catalogue: async (event) =>
      text(
        JSON.stringify(await catalogue(deps, originOf(event, deps.origin), deps.clock())),
        LD_JSON,
      ),
    openapi: async (event) =>
      text(openapiText("hub", originOf(event, deps.origin)), "application/json"),
    openapiOfNodes: async (event) =>
      text(openapiText("node", originOf(event, deps.origin)), "application/json"),
    reference: async () => readable(referenceHtml()),
    accounts: async () => json({ v: 1, accounts: await accounts(deps, deps.clock()) }),
  });

/** The page's own style is allowed by its digest, and nothing else is: no script, nothing from elsewhere. */
function readable(page: string): Reply {
  const digest = createHash("sha256").update(STYLE).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; frame-ancestors 'none'`;
  return {
    statusCode: 200,
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy },
    body: page,
  };
}

const LD_JSON = "application/ld+json";

/** What of the members can be seen now, for other catalogues. Throws `Refused` unknown-member where the directory names no operator. */
async function catalogue(
  { directory, offers }: CatalogueDeps,
  origin: string,
  now: number,
): Promise<object> {
  const members = await directory.all();
  const hub = members.find(({ roles }) => roles.includes("operator"));
  if (hub === undefined) throw new Refused("unknown-member", "the directory names no operator");
  const seen = await Promise.all(
    members
      .filter(({ url }) => url !== undefined)
      .map(async (member) => ({
        member,
        manifests: await offers.of(member, now).catch(ifRefused([])),
        next: await offers.next(member, now).catch(ifRefused([])),
      })),
  );
  return dcat(origin, hub, seen, now);
}

/** What a newcomer needs in order to choose. The manifest itself, signed, is at the node. */
const summary = ({
  id,
  dataset,
  title,
  kind,
  period,
  level,
  unit,
  fields,
  axes,
  origin,
  source,
  licence,
  publisher,
  responsibility,
  policy,
}: Manifest) => ({
  id,
  dataset,
  title,
  kind,
  period,
  level,
  unit,
  fields: fields.map(({ id, title, kind, order, unit, of }) => ({
    id,
    title,
    kind,
    order,
    unit,
    of,
  })),
  axes,
  origin,
  source,
  licence,
  publisher,
  responsibility,
  advantage: policy.advantage,
  smallest: policy.smallest,
});

/** Which releases come, and when, where any is announced. */
async function announcedBy(offers: Offers, member: DirectoryEntry, now: number) {
  const next = await offers.next(member, now);
  return next.length === 0 ? {} : { next: [...next] };
}

/** Every member that runs a node, with what it offers or why that cannot be seen now. */
function datasets({ directory, offers }: CatalogueDeps, now: number) {
  const one = async (member: DirectoryEntry) => {
    try {
      return {
        member: member.id,
        name: member.name,
        datasets: (await offers.of(member, now)).map(summary),
        ...(await announcedBy(offers, member, now)),
      };
    } catch (error) {
      return {
        member: member.id,
        name: member.name,
        datasets: [],
        outcome: refusalOf(error).reason,
      };
    }
  };
  return directory
    .all()
    .then((members) => Promise.all(members.filter(({ url }) => url !== undefined).map(one)));
}

/** Each node's account beside what it publishes, a line a member and year. */
async function accounts({ directory, offers }: CatalogueDeps, now: number) {
  const one = async (member: DirectoryEntry) => {
    const manifests = await offers.of(member, now);
    const years = inOrder(manifests.map(({ period }) => yearOf(period)));
    return Promise.all(
      years.map(async (year) => {
        const account = await offers.account(member, year, now);
        const own = manifests.filter(({ period }) => yearOf(period) === year);
        return {
          member: member.id,
          year,
          ceiling: account.ceiling,
          mu2: totalMu2(account.entries),
          discrepancies: [
            ...discrepancies(own, account),
            ...(await badRaises(account, member.keys)),
            ...(await badCorrections(account, member.keys)),
          ],
        };
      }),
    );
  };
  const members = (await directory.all()).filter(({ url }) => url !== undefined);
  const told = members.map((member) =>
    one(member).catch((error: unknown) => [
      { member: member.id, outcome: refusalOf(error).reason },
    ]),
  );
  return (await Promise.all(told)).flat();
}
