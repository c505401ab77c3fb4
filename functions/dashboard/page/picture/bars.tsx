/** Reached, known otherwise, and the rest, of a hundred: one bar a row. Hatch and outline, not colour alone, carry the meaning. */
import type { Parts } from "../rows.ts";
import { ROW } from "./rows.tsx";

export function Bars(props: {
  readonly rows: readonly { readonly name: string; readonly parts?: Parts }[];
  readonly width: number;
  readonly title: string;
  readonly description: string;
}) {
  const { rows, width, title, description } = props;
  const wide = (part: number) => (part * width) / 100;
  const height = rows.length * ROW;
  return (
    <svg
      class="picture bars"
      viewBox={`0 0 ${width} ${height + 24}`}
      width={width}
      height={height + 24}
      role="img"
      aria-label={`${title}. ${description}`}
    >
      <defs>
        <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line class="hatch" x1="0" y1="0" x2="0" y2="6" />
        </pattern>
      </defs>
      {rows.map(({ name, parts }, at) => {
        if (!parts) return null;
        const y = at * ROW + 6;
        const { reached, otherwise, rest } = parts;
        return (
          <g key={name}>
            <rect class="rest" x={wide(reached + otherwise)} y={y} width={wide(rest)} height={ROW - 12} fill="url(#hatch)" />
            <rect
              class="otherwise"
              x={wide(reached) + (reached > 0 ? 2 : 0)}
              y={y}
              width={Math.max(0, wide(otherwise) - 2)}
              height={ROW - 12}
            />
            <rect class="reached" x={0} y={y} width={wide(reached)} height={ROW - 12} />
            {reached >= 5 && (
              <text x={wide(reached) / 2} y={y + 17} text-anchor="middle">
                {reached}
              </text>
            )}
            {otherwise >= 5 && (
              <text x={wide(reached + otherwise / 2)} y={y + 17} text-anchor="middle">
                {otherwise}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
