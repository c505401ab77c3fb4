/**
 * One city over the periods. A missing one is written or left open, never bridged; where the series breaks, the line is cut; what is no
 * point is a band.
 */
import type { Span } from "../../../../schemas/comparison.ts";
import { formerPeriod } from "../../../../schemas/period.ts";
import type { Axis } from "../../parts/axis.ts";

export interface Point {
  readonly period: string;
  readonly figure?: { readonly value: number; readonly low: number; readonly high: number };
  /** Too uncertain for a point: no line goes to it. */
  readonly band?: Span;
  /** What stands in the place of a figure. */
  readonly instead?: string;
}

const HEIGHT = 78;

export function TrendPanel(props: {
  readonly points: readonly Point[];
  readonly own: boolean;
  readonly axis: Axis;
  readonly value: (value: number) => string;
  /** Whether two periods lie on either side of a break. */
  readonly isBroken: (before: string, period: string) => boolean;
  /** What stands below a period. */
  readonly tick: (period: string, first: boolean) => string;
  /** Every value printed, or the last one alone. */
  readonly all?: boolean;
}) {
  const { points, own, axis, value, isBroken, tick, all = false } = props;
  const x = (at: number) => 12 + (62 * at) / Math.max(1, points.length - 1);
  const y = (amount: number) => HEIGHT - (axis.at(amount) * (HEIGHT - 14)) / 100;
  const last = points.at(-1)?.figure;
  return (
    <svg
      class={`trend ${own ? "own" : ""}`}
      width="100%"
      height={HEIGHT + 20}
      aria-hidden="true"
      focusable="false"
    >
      <line class="axis" x1="0" x2="96%" y1={HEIGHT} y2={HEIGHT} />
      <line class="grid" x1="0" x2="96%" y1={y(axis.top)} y2={y(axis.top)} />
      {points.map(({ period, figure, band, instead }, at) => {
        const before = points[at - 1];
        const left = `${x(at)}%`;
        const cut = before !== undefined && isBroken(before.period, period);
        return (
          <g key={period}>
            {cut && (
              <line
                class="break"
                x1={`${(x(at) + x(at - 1)) / 2}%`}
                x2={`${(x(at) + x(at - 1)) / 2}%`}
                y1="0"
                y2={HEIGHT}
              />
            )}
            {figure && before?.figure && before.period === formerPeriod(period) && !cut && (
              <line
                class="line"
                x1={`${x(at - 1)}%`}
                y1={y(before.figure.value)}
                x2={left}
                y2={y(figure.value)}
              />
            )}
            {band && (
              <svg x={left} overflow="visible" aria-hidden="true">
                <rect
                  class="band"
                  x="-4"
                  width="8"
                  rx="3"
                  y={y(band.high ?? axis.top)}
                  height={Math.max(1, y(band.low ?? 0) - y(band.high ?? axis.top))}
                />
              </svg>
            )}
            {figure && (
              <>
                <line class="interval" x1={left} x2={left} y1={y(figure.low)} y2={y(figure.high)} />
                <circle class="point" cx={left} cy={y(figure.value)} r="3.5" />
              </>
            )}
            {instead && (
              <svg x={left} y={HEIGHT - 4} overflow="visible" aria-hidden="true">
                <text class="instead" transform="rotate(-90)" x="0" y="4">
                  {instead}
                </text>
              </svg>
            )}
            {all && figure && at < points.length - 1 && (
              <text class="every" x={left} y={y(figure.high) - 6} text-anchor="middle">
                {value(figure.value)}
              </text>
            )}
            <text class="tick" x={left} y={HEIGHT + 15} text-anchor="middle">
              {points.length <= 3 && all && period.length === 4 ? period : tick(period, at === 0)}
            </text>
          </g>
        );
      })}
      {last && (
        <text class="last" x={`${x(points.length - 1) + 6}%`} y={y(last.value) + 4}>
          {value(last.value)}
        </text>
      )}
    </svg>
  );
}
