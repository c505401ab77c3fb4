/** Consent records in the form of ISO/IEC TS 27560:2023, as the Data Privacy Vocabulary maps them. */

import { createHash } from "node:crypto";
import {
  type ConsentEvent,
  ConsentExport,
  type ConsentRecord,
  type ConsentState,
} from "../../../schemas/consent.ts";
import type { Descriptor } from "../../../schemas/descriptor.ts";
import { receipt } from "../../../schemas/items/keep.ts";
import type { Store } from "../../../schemas/ports.ts";
import { Refused } from "../../../schemas/refusal.ts";
import type { ConsentSource } from "../../../schemas/subject.ts";
import { Language } from "../../../schemas/words.ts";
import { measureColumns } from "../../disclosure/fields.ts";
import { consentOf, termsOf } from "../../disclosure/persons.ts";
import { queryItems } from "../../store/stored.ts";
import { consentEventsOf } from "../consent-register.ts";
import { type Keys, keysIfThere, lifted } from "../pseudonymise.ts";
import { finishRotation } from "../rekey.ts";
import { versionInForce } from "../version-store.ts";
import { namesOf, type People } from "./receipts.ts";
import type { WithdrawDeps } from "./withdraw.ts";

/** Terms of DPV 2 for what the register calls a state. */
const STATES: Readonly<Record<ConsentState, string>> = {
  requested: "dpv:ConsentRequested",
  given: "dpv:ConsentGiven",
  renewed: "dpv:RenewedConsentGiven",
  refused: "dpv:ConsentRefused",
  withdrawn: "dpv:ConsentWithdrawn",
  expired: "dpv:ConsentExpired",
  invalidated: "dpv:ConsentInvalidated",
};

const CONTEXT = {
  dpv: "https://w3id.org/dpv#",
  "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
  dct: "http://purl.org/dc/terms/",
  schema_version: "dct:conformsTo",
  record_id: "dct:identifier",
  pii_principal_id: { "@id": "dpv:hasDataSubject" },
  purposes: "dpv:hasPurpose",
  lawful_basis: { "@id": "dpv:hasLegalBasis", "@type": "@vocab" },
  pii_controllers: "dpv:hasDataController",
  privacy_notice: "dpv:hasNotice",
  event_state: { "@id": "dpv:hasConsentStatus", "@type": "@vocab" },
  event_time: "dct:date",
} as const;

/** The records of a dataset, or those of some persons. Throws `Refused` no-version and body-invalid. */
export async function exportConsents(
  deps: WithdrawDeps,
  { dataset, ...people }: People & { readonly dataset: string },
): Promise<ConsentExport> {
  const now = deps.clock();
  await finishRotation(deps, dataset, now);
  const held = await versionInForce(deps.store, dataset);
  if (held === undefined) throw new Refused("no-version", "nothing of this dataset is stored yet");
  const { descriptor, epoch } = held.pointer;
  const source = consentOf(descriptor);
  if (source === undefined)
    throw new Refused(
      "body-invalid",
      "this dataset does not rest on consent: there are no consent records",
    );
  const wanted = await namesOf(deps, dataset, people, held.pointer);
  const keys = await keysIfThere(deps, dataset);
  const given = await receiptsByPerson(deps.store, dataset, keys);
  const records = [...(await consentEventsOf(deps.store, dataset, keys))]
    .filter(([name]) => wanted.names.length === 0 || wanted.names.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, events]) =>
      recordOf(
        { member: deps.member, descriptor, source, epoch },
        name,
        events,
        given.get(name) ?? [],
      ),
    );
  return ConsentExport.parse({ v: 1, member: deps.member, dataset, at: now, records });
}

async function receiptsByPerson(
  store: Store,
  dataset: string,
  keys: Keys | undefined,
): Promise<Map<string, string[]>> {
  const given = new Map<string, string[]>();
  for await (const { sk, body } of queryItems(store, receipt, { dataset })) {
    const { jws, epoch } = body;
    const [stored = ""] = sk.split("#");
    if (stored === "-") continue;
    const name = keys === undefined ? stored : lifted(keys, stored, epoch);
    given.set(name, [...(given.get(name) ?? []), jws]);
  }
  return given;
}

interface About {
  readonly member: string;
  readonly descriptor: Descriptor;
  readonly source: ConsentSource;
  readonly epoch: number;
}

function recordOf(
  { member, descriptor: d, source }: About,
  name: string,
  events: readonly ConsentEvent[],
  given: readonly string[],
): ConsentRecord {
  return {
    "@context": CONTEXT,
    "@type": "dpv:ConsentRecord",
    schema_version: "ISO/IEC TS 27560:2023",
    record_id: idOf(member, d.id, name),
    pii_principal_id: name,
    notice: {
      privacy_notice: source.notice ?? d.legalBasis.reference,
      language: [...Language.options],
    },
    processing: [
      {
        purposes: (source.purposes ?? ["dpv:ServiceMonitoring"]).map((purpose) => ({
          purpose,
          description: d.description,
        })),
        lawful_basis: [...termsOf(d.legalBasis)],
        pii_information: attributesOf(d).map((id) => ({
          pii_type: id,
          pii_attribute_id: id,
          pii_optional: false,
        })),
        pii_controllers: [member],
        collection_method: "dpv:CollectedData",
        processing_method: ["dpv:Pseudonymisation", "dpv:Aggregate", "dpv:Anonymise"],
        storage_locations: [`node of ${member}`],
        retention_period: d.retention?.keep ?? "until withdrawn",
        jurisdiction: "IT",
        recipient_third_parties: [],
        withdrawal_method: source.contact ?? `at ${member}`,
        privacy_rights: ["eu-gdpr:A7-3", "eu-gdpr:A15", "eu-gdpr:A17", "eu-gdpr:A18"],
      },
    ],
    entities: [
      {
        entity_id: member,
        role: "dpv:DataController",
        ...(source.contact ? { contact: source.contact } : {}),
      },
      { entity_id: name, role: "dpv:DataSubject" },
    ],
    events: events.map(({ state, at, until, by }) => ({
      event_time: new Date(at * 1000).toISOString(),
      validity_duration:
        until === undefined ? (source.validity ?? "until withdrawn") : `until ${until}`,
      entity_id: by === "person" ? name : member,
      event_type: "dpv:Consent" as const,
      event_state: STATES[state],
    })),
    receipts: [...given],
  };
}

/** What is processed of a person: the dimensions, the family and the measured columns of the descriptor. */
const attributesOf = (d: Descriptor): string[] => [
  ...d.dimensions.map(({ id }) => id),
  ...(d.family ? [d.family.id] : []),
  ...measureColumns(d).map(({ column }) => column),
];

/** A UUID (RFC 9562, 5.8: version 8) that a record keeps from export to export, and that a change of keys changes. */
function idOf(member: string, dataset: string, name: string): string {
  const hex = createHash("sha256")
    .update(`tavolo-consent-record\n${member}\n${dataset}\n${name}`)
    .digest("hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
