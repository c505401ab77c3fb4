/** A panel a city, one scale for all. A missing year is written, never bridged; where the series breaks, the line is cut. */
import { axisOf } from "./axis.ts";

export interface Point {
  readonly period: string;
  readonly figure?: { readonly value: number; readonly low: number; readonly high: number };
}
export interface Panel {
  readonly name: string;
  readonly own: boolean;
  readonly points: readonly Point[];
}

const HEIGHT = 84;

export function TrendPanel(props: {
  readonly panel: Panel;
  readonly most: readonly number[];
  readonly width: number;
  readonly last: string;
  readonly absent: string;
  readonly breaks: ReadonlySet<string>;
  readonly description: string;
}) {
  const { panel, most, width, last, absent, breaks, description } = props;
  const axis = axisOf(most, HEIGHT - 16);
  const y = (value: number) => HEIGHT - 6 - axis.at(value);
  const step = width / Math.max(1, panel.points.length);
  const x = (at: number) => step * (at + 0.5) - 8;
  return (
    <svg
      class={`picture trend ${panel.own ? "own" : ""}`}
      viewBox={`0 0 ${width} ${HEIGHT + 22}`}
      width={width}
      height={HEIGHT + 22}
      role="img"
      aria-label={description}
    >
      <line class="axis" x1={0} x2={width} y1={HEIGHT - 6} y2={HEIGHT - 6} />
      <line class="grid" x1={0} x2={width} y1={y(axis.top)} y2={y(axis.top)} />
      {panel.points.map(({ period, figure }, at) => {
        const before = panel.points[at - 1]?.figure;
        return (
          <g key={period}>
            {breaks.has(period) && <line class="break" x1={x(at) - step / 2} x2={x(at) - step / 2} y1={0} y2={HEIGHT} />}
            {figure && before && !breaks.has(period) && (
              <line class="line" x1={x(at - 1)} y1={y(before.value)} x2={x(at)} y2={y(figure.value)} />
            )}
            {figure ? (
              <>
                <line class="interval" x1={x(at)} x2={x(at)} y1={y(figure.low)} y2={y(figure.high)} />
                <circle class="point" cx={x(at)} cy={y(figure.value)} r={3.5} />
              </>
            ) : (
              <text class="tick" transform={`translate(${x(at)} ${HEIGHT - 12}) rotate(-90)`}>
                {absent}
              </text>
            )}
            <text class="tick" x={x(at)} y={HEIGHT + 14} text-anchor="middle">
              ’{period.slice(2)}
            </text>
          </g>
        );
      })}
      {panel.points.at(-1)?.figure && (
        <text class="last" x={Math.min(width, x(panel.points.length - 1) + 8)} y={y(panel.points.at(-1)!.figure!.value) + 4}>
          {last}
        </text>
      )}
    </svg>
  );
}
