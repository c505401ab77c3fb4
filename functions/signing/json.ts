/** JSON in which no object has two members of one name: readers differ in which of them they take (RFC 8259, 4), and that is an attack. */

/** As `JSON.parse`. Throws `SyntaxError`, also where a name stands twice in an object; says nothing of the text itself. */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SyntaxError("not JSON");
  }
  // what is written as we write it has nothing that got lost in reading: so it is with nearly all that members send each other
  if (JSON.stringify(value) === text) return value;
  // of two members of one name only one is left after parsing, so that the text has more colons than the value has members
  if (colonsIn(text) !== membersOf(value)) throw new SyntaxError("a name stands twice");
  return value;
}

const COLON = 58;

/** Colons outside strings, of text that is JSON. */
function colonsIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at);
    const end = quote === -1 ? text.length : quote;
    for (; at < end; at++) if (text.charCodeAt(at) === COLON) count += 1;
    if (quote === -1) return count;
    at = endOfString(text, quote) + 1;
  }
  return count;
}

/** Where the string that begins at `start` ends: the first quote that has an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let escapes = 0;
    while (text[quote - 1 - escapes] === "\\") escapes += 1;
    if (escapes % 2 === 0) return quote;
  }
}

function membersOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inner = Object.values(value);
  let count = Array.isArray(value) ? 0 : inner.length;
  for (const one of inner) if (typeof one === "object" && one !== null) count += membersOf(one);
  return count;
}
