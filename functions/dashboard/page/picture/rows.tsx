/** Rows of dots under one axis: one column of the table-picture. What is hidden has a dashed box that says so. */

import type { JSX } from "preact";
import { axisOf } from "./axis.ts";
import { type Dot, DotOn } from "./dot.tsx";

export const ROW = 36;

export interface DotRow {
  readonly name: string;
  readonly dot?: Dot;
  /** What stands in the row where there is no figure. */
  readonly instead?: string;
}

/** `title` says what is drawn, `description` what it shows: a screen reader hears both, and the table below has the figures. */
export function DotRows(props: {
  readonly rows: readonly DotRow[];
  readonly width: number;
  readonly title: string;
  readonly description: string;
  readonly tick: (value: number) => string;
}): JSX.Element {
  const { rows, width, title, description, tick } = props;
  const axis = axisOf(
    rows.flatMap(({ dot }) => (dot ? [dot.high, dot.value] : [])),
    width - 16,
  );
  const height = rows.length * ROW;
  return (
    <svg
      class="picture"
      viewBox={`-8 0 ${width} ${height + 24}`}
      width={width}
      height={height + 24}
      role="img"
      aria-label={`${title}. ${description}`}
    >
      {axis.ticks.map((value) => (
        <g key={value}>
          <line class={value === 0 ? "axis" : "grid"} x1={axis.at(value)} x2={axis.at(value)} y1={0} y2={height} />
          <text class="tick" x={axis.at(value)} y={height + 16} text-anchor="middle">
            {tick(value)}
          </text>
        </g>
      ))}
      {rows.map(({ name, dot, instead }, at) => {
        const y = at * ROW + ROW / 2;
        if (dot) return <DotOn key={name} dot={dot} axis={axis} y={y} />;
        return instead ? (
          <g key={name} class="instead">
            <rect x={4} y={y - 11} width={width - 32} height={22} rx={3} />
            <text x={12} y={y + 4}>
              {instead}
            </text>
          </g>
        ) : null;
      })}
    </svg>
  );
}
