/**
 * Equal as JSON: the same members whatever their order, a member that is undefined as good as absent, minus zero as good as
 * zero. That is what a statement, being text, can tell apart.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((one, at) => sameJson(one, b[at]))
    );
  const [left, right] = [a, b].map((one) =>
    Object.entries(one).filter(([, value]) => value !== undefined),
  ) as [Entries, Entries];
  return (
    left.length === right.length &&
    left.every(([name, value]) => Object.hasOwn(b, name) && sameJson(value, (b as Json)[name]))
  );
}
type Json = Record<string, unknown>;
type Entries = [string, unknown][];
