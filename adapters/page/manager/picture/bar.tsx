/** Reached, known otherwise, and the rest, of a hundred: one bar. Hatch and outline, not colour alone, carry the meaning. */
import type { Parts } from "../rows.ts";

const HEIGHT = 22;
/** Hundredths from which a number has room in its part. */
const ROOM = 9;

/** `text` prints a number as the columns beside it do. */
export function Bar({
  parts,
  text,
}: {
  readonly parts: Parts;
  readonly text: (amount: number) => string;
}) {
  const { reached, otherwise, rest } = parts.widths;
  return (
    <svg class="bar" width="100%" height={HEIGHT} aria-hidden="true" focusable="false">
      <rect class="outline" x="0.5" y="0.5" width="100%" height={HEIGHT - 1} />
      {rest > 0 && (
        <rect
          class="rest"
          x={`${reached + otherwise}%`}
          y="0.5"
          width={`${rest}%`}
          height={HEIGHT - 1}
        />
      )}
      {otherwise > 0 && (
        <rect class="otherwise" x={`${reached}%`} y="0" width={`${otherwise}%`} height={HEIGHT} />
      )}
      {reached > 0 && <rect class="reached" x="0" y="0" width={`${reached}%`} height={HEIGHT} />}
      {reached >= ROOM && (
        <text x={`${reached / 2}%`} y="16" text-anchor="middle">
          {text(parts.reached)}
        </text>
      )}
      {otherwise >= ROOM && (
        <text x={`${reached + otherwise / 2}%`} y="16" text-anchor="middle">
          {text(parts.gap)}
        </text>
      )}
    </svg>
  );
}

/** Once a page: what the bars are hatched with. */
export function Hatch() {
  return (
    <svg width="0" height="0" aria-hidden="true" focusable="false" class="defs">
      <defs>
        <pattern
          id="hatch"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <line class="hatch" x1="0" y1="0" x2="0" y2="6" />
        </pattern>
      </defs>
    </svg>
  );
}

export function BarSign({ part }: { readonly part: "reached" | "otherwise" | "rest" }) {
  return (
    <svg width="16" height="16" aria-hidden="true" focusable="false" class="sign bar">
      <rect class={part} x="1" y="1" width="14" height="14" />
    </svg>
  );
}
