/** A figure in the middle of its interval, or the interval alone, on an axis that all rows share. The pill stays visible where it is narrower than the dot. */
import type { Axis } from "../parts/axis.ts";

const HIGH = 26;
const PILL = 13;

interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export function DotRow({
  axis,
  of: { value, low, high },
  dot,
}: {
  readonly axis: Axis;
  readonly of: Interval;
  readonly dot: boolean;
}) {
  const [from, to, at] = [axis.at(low), axis.at(high), axis.at(value)];
  return (
    <svg class="o-dot-row" width="100%" height={HIGH} aria-hidden="true" focusable="false">
      {axis.ticks.map((tick) => (
        <line
          key={tick}
          class={tick === 0 ? "o-axis" : "o-grid"}
          x1={`${axis.at(tick)}%`}
          x2={`${axis.at(tick)}%`}
          y1="0"
          y2={HIGH}
        />
      ))}
      <circle class="o-pill" cx={`${at}%`} cy={HIGH / 2} r={PILL / 2} />
      <rect
        class="o-pill"
        x={`${from}%`}
        y={(HIGH - PILL) / 2}
        width={`${Math.max(0, to - from)}%`}
        height={PILL}
        rx={PILL / 2}
      />
      {dot && <circle class="o-dot" cx={`${at}%`} cy={HIGH / 2} r="4.5" />}
    </svg>
  );
}

export function Ticks({
  axis,
  said,
}: {
  readonly axis: Axis;
  readonly said: (value: number) => string;
}) {
  return (
    <svg class="o-dot-row" width="100%" height="20" aria-hidden="true" focusable="false">
      {axis.ticks.map((tick) => (
        <text key={tick} class="o-tick-text" x={`${axis.at(tick)}%`} y="14" text-anchor="middle">
          {said(tick)}
        </text>
      ))}
    </svg>
  );
}
