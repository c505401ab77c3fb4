/** Leaves whose labels are ranges of whole numbers: `0-2`, `85+`, `7`. Pure. */

interface Band {
  readonly code: string;
  readonly from: number;
  readonly until: number;
}
/** In the order of the leaves. */
export type Bands = readonly Band[];

/** The ranges among some leaves; leaves that are none, such as the one for everything else, are left out. Both ends belong to a range. */
export function bandsOf(leaves: readonly string[]): Bands {
  return leaves.flatMap((code) => {
    const parts = /^(\d+)(?:-(\d+)|(\+))?$/.exec(code);
    if (parts === null) return [];
    const from = Number(parts[1]);
    const until = parts[3] === "+" ? Number.POSITIVE_INFINITY : Number(parts[2] ?? parts[1]);
    return [{ code, from, until }];
  });
}

/** The first leaf whose range holds a whole number. */
export const bandOf = (bands: Bands, whole: number): string | undefined =>
  bands.find(({ from, until }) => from <= whole && whole <= until)?.code;
