/** What was worked out once, by its name: so much of it in memory and no more. Pure, and safe in a browser. */

export interface BoundedCache<V> {
  get(name: string): V | undefined;
  /** Keeps a value as the youngest. A promise that is rejected is forgotten: the next who asks tries again. */
  set(name: string, value: V): V;
  /** What is there, `undefined` too; else what is made now, and kept. */
  of(name: string, make: () => V): V;
  delete(name: string): void;
  clear(): void;
}

/** Keeps at most `bound` values; the oldest goes first, and whatever is made again then costs only the making. */
export function boundedCache<V>(bound: number): BoundedCache<V> {
  const held = new Map<string, V>();
  // one walk for all: each that begins anew would pass by all that is gone (a second for 50,000)
  const oldest = held.keys();

  function set(name: string, value: V): V {
    held.delete(name);
    held.set(name, value);
    if (held.size > bound) held.delete(oldest.next().value as string);
    if (value instanceof Promise)
      value.catch(() => {
        if (held.get(name) === value) held.delete(name);
      });
    return value;
  }
  return {
    get: (name) => held.get(name),
    set,
    of(name, make) {
      const known = held.get(name);
      return known !== undefined || held.has(name) ? (known as V) : set(name, make());
    },
    delete(name) {
      held.delete(name);
    },
    clear: () => held.clear(),
  };
}
