/** Gives what cannot be missing where it is looked up; throws where it is. What was looked up is not said: it may be data. */
export function found<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new TypeError("What was looked up is missing");
  return value;
}
