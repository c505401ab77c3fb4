/** What the account says of releases besides their loss, in sentences: policies fixed late, and releases signed for besides. Pure. */
import type { Manifest } from "../../schemas/release.ts";
import type { Bilingual, Language, Names } from "../../schemas/words.ts";
import { dayText } from "./number-format.ts";

const dayAt = (seconds: number, language: Language): string =>
  dayText(new Date(seconds * 1000), language);
type Account = Pick<Manifest, "account">;

function lateNote({ account }: Account): Bilingual[] {
  if (account?.late === undefined) return [];
  const { at } = account.late;
  return [
    {
      it: `Regola di pubblicazione fissata il ${dayAt(at, "it")}, ad anno iniziato, come in ogni primo anno.`,
      en: `Policy fixed on ${dayAt(at, "en")}, once the year had begun, as in every first year.`,
    },
  ];
}
const correctionNotes = ({ account }: Account): Bilingual[] =>
  (account?.corrections ?? []).map(({ at, reason }) => ({
    it: `Una pubblicazione in più di quelle fissate, firmata il ${dayAt(at, "it")}: ${reason}`,
    en: `One release more than was fixed, signed for on ${dayAt(at, "en")}: ${reason}`,
  }));

/** Of one release. */
export const accountNotes = (manifest: Account): Bilingual[] => [
  ...lateNote(manifest),
  ...correctionNotes(manifest),
];

/** Of many: that policies were fixed late is one line, whosever they are; each correction is one. */
export function notesOfAccounts(manifests: readonly Manifest[], names: Names): Bilingual[] {
  const charged = manifests.filter(({ account }) => account !== undefined);
  const late = charged.filter(({ account }) => account?.late !== undefined);
  const named = ({ id, period }: Manifest, language: Language): string => {
    const [member = id] = id.split("/");
    return `${names.get(member)?.[language] ?? member} ${period}`;
  };
  const whose = (language: Language): string =>
    late.length === charged.length
      ? ""
      : `: ${[...new Set(late.map((one) => named(one, language)))].join(", ")}`;
  const all: Bilingual = {
    it: `La regola di pubblicazione è stata fissata ad anno iniziato, come in ogni primo anno${whose("it")}.`,
    en: `The policy was fixed once the year had begun, as in every first year${whose("en")}.`,
  };
  return [
    ...(late.length > 0 ? [all] : []),
    ...charged.flatMap((one) =>
      correctionNotes(one).map(({ it, en }) => ({
        it: `${named(one, "it")}. ${it}`,
        en: `${named(one, "en")}. ${en}`,
      })),
    ),
  ];
}
