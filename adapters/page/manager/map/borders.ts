/** Outlines of provinces and regions, as docs/demo/public/arrange-borders.ts draws them (openpolis, from ISTAT; CC BY 4.0). */
import drawn from "./borders.json" with { type: "json" };

export const borders: {
  readonly provinces: Readonly<Record<string, { readonly region: string; readonly path: string }>>;
  readonly regions: Readonly<Record<string, string>>;
} = drawn;
