/** Lists and plurals. */
export const listed = (names: readonly string[], and: string): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} ${and} ${names.at(-1)}`;

export const count = (n: number, one: string, many: string): string =>
  `${n} ${n === 1 ? one : many}`;
