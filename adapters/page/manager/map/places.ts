/** Names of regions, provinces and municipalities by their codes (ISTAT; docs/demo/public/SOURCES.md). */
import names from "./places.json" with { type: "json" };

export const placeNames: Readonly<Record<string, string>> = names;
