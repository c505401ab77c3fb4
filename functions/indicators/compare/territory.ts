/**
 * Places by their codes: `IT`, a region's two digits, a province's three (ISTAT), `IT-` and six digits for a municipality; and what
 * became of a code that ended. Pure: the tables are handed in (docs/demo/public).
 */
import type { Level } from "../../../schemas/words.ts";

/** The level that a code is of; undefined for a member that is no place. */
export function levelOf(code: string): Level | undefined {
  if (code === "IT") return "nation";
  if (/^\d{2}$/.test(code)) return "region";
  if (/^\d{3}$/.test(code)) return "province";
  return /^IT-\d{6}$/.test(code) ? "municipality" : undefined;
}

/** The levels that some codes are of; members that are no places have none. */
export const levelsOf = (codes: readonly string[]): Level[] => [
  ...new Set(codes.flatMap((code) => levelOf(code) ?? [])),
];

/** A row of province-2023.csv, and one of codici-cambiati.csv. */
interface Province {
  readonly codice: string;
  readonly codice_regione: string;
  readonly nuts3: string;
  readonly nuts2: string;
}
interface Changed {
  readonly codice: string;
  /** Empty where the municipality is no more. */
  readonly codice_ora: string;
  readonly fine: string;
}

export interface Territory {
  /** One level up: a municipality's province, a province's region, a region's nation. */
  parentOf(code: string): string | undefined;
  /** NUTS 2021 of a province (level 3) or a region (level 2); none of Trentino-Alto Adige, which is two of them. */
  nutsOf(code: string): string | undefined;
  /** The code in force of a municipality; `ended` where it was merged or suppressed, since the source does not say into which. */
  now(code: string): { readonly code: string } | { readonly ended: string };
  /** A place as people write it: our codes, ISTAT's six digits, NUTS of level 0, 2 or 3. Undefined where it is none. */
  read(text: string): string | undefined;
}

export function territory(provinces: readonly Province[], changes: readonly Changed[]): Territory {
  const byProvince = new Map(provinces.map((province) => [province.codice, province]));
  const byRegion = new Map(provinces.map((province) => [province.codice_regione, province]));
  // Trento and Bolzano are one region of ISTAT's and two of NUTS: these two codes are their provinces'
  const nuts2 = new Map(
    [...Map.groupBy(provinces, (one) => one.codice_regione)].map(([region, of]) => [
      region,
      new Set(of.map((one) => one.nuts2)),
    ]),
  );
  const isRegion = ({ codice_regione }: Province) => nuts2.get(codice_regione)?.size === 1;
  const byNuts = new Map(
    provinces.flatMap((one) => [
      [one.nuts3, one.codice] as const,
      [one.nuts2, isRegion(one) ? one.codice_regione : one.codice] as const,
    ]),
  );
  const changed = new Map(changes.map((change) => [`IT-${change.codice}`, change]));
  return {
    parentOf(code) {
      const level = levelOf(code);
      if (level === "region") return byRegion.has(code) ? "IT" : undefined;
      if (level === "province") return byProvince.get(code)?.codice_regione;
      const province = level === "municipality" ? code.slice(3, 6) : undefined;
      return province !== undefined && byProvince.has(province) ? province : undefined;
    },
    nutsOf(code) {
      if (levelOf(code) !== "region") return byProvince.get(code)?.nuts3;
      const one = byRegion.get(code);
      return one && isRegion(one) ? one.nuts2 : undefined;
    },
    read(text) {
      const code = text.trim().toUpperCase();
      if (/^\d{6}$/.test(code)) return `IT-${code}`;
      return levelOf(code) === undefined ? byNuts.get(code) : code;
    },
    now(code) {
      const change = changed.get(code);
      if (change === undefined) return { code };
      return change.codice_ora === ""
        ? { ended: change.fine }
        : { code: `IT-${change.codice_ora}` };
    },
  };
}
