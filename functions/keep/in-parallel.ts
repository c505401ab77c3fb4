/** Does something for each of many, so many at once: a store takes thousands of small writes faster than one after another. */
export async function inParallel<T>(
  all: Iterable<T>,
  work: (one: T) => Promise<unknown>,
  atOnce = 16,
): Promise<void> {
  const left = all[Symbol.iterator]();
  const hand = async () => {
    for (let next = left.next(); !next.done; next = left.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, hand));
}
