/** A dot on its interval: the pill holds the value 19 times in 20. Full: differs from one's own; hollow: cannot be told apart. */
import type { Axis } from "./axis.ts";

export interface Dot {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly look: "own" | "apart" | "same";
}

const HEIGHT = 13;
const RADIUS = 4;

/** Drawn into a row of an SVG, its middle at `y`. The pill stays visible where it is narrower than the dot. */
export function DotOn({ dot: { value, low, high, look }, axis, y }: { readonly dot: Dot; readonly axis: Axis; readonly y: number }) {
  const from = axis.at(low);
  const width = Math.max(axis.at(high) - from, 2 * RADIUS + 4);
  const start = Math.min(from, axis.at(value) - RADIUS - 2);
  return (
    <g class={`dot dot-${look}`}>
      <rect class="pill" x={start} y={y - HEIGHT / 2} width={width} height={HEIGHT} rx={3} />
      <circle class="point" cx={axis.at(value)} cy={y} r={RADIUS} />
    </g>
  );
}
