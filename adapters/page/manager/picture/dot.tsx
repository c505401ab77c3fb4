/**
 * A dot on its interval: the pill holds the value 19 times in 20. Full: differs from one's own; hollow: cannot be told apart; a stroke: not
 * compared. A band without any of them: too uncertain for a point.
 */
import type { Span } from "../../../../schemas/comparison.ts";
import type { Axis } from "../../parts/axis.ts";

export type Look = "own" | "apart" | "same" | "untested" | "together";
interface Dot {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly look: Look;
}

const HEIGHT = 13;
const RADIUS = 4;

/** One row of a column: the lines of the axis, and the dot or the band. As wide as its place; its middle is the row's. */
export function DotLine({
  axis,
  dot,
  band,
}: {
  readonly axis: Axis;
  readonly dot?: Dot | undefined;
  readonly band?: Span | undefined;
}) {
  return (
    <svg class="dot-line" width="100%" height="100%" aria-hidden="true" focusable="false">
      {axis.ticks.map((tick) => (
        <line
          key={tick}
          class={tick === 0 ? "axis" : "grid"}
          x1={`${axis.at(tick)}%`}
          x2={`${axis.at(tick)}%`}
          y1="0"
          y2="100%"
        />
      ))}
      {dot && <DotOn axis={axis} dot={dot} />}
      {band && <BandOn axis={axis} band={band} />}
    </svg>
  );
}

/** Where it has no limit, or one beyond the axis, it goes to the edge and on: an arrow says so. */
function BandOn({ axis, band: { low, high } }: { readonly axis: Axis; readonly band: Span }) {
  const isOpen = high === null || high > axis.top;
  const [from, to] = [low === null ? 0 : axis.at(low), high === null ? 100 : axis.at(high)];
  return (
    <svg class="dot band" y="50%" overflow="visible" aria-hidden="true">
      <Pill x={`${from}%`} width={`${Math.max(0.5, to - from)}%`} className="pill pill-inside" />
      {isOpen && (
        <svg x="100%" overflow="visible" aria-hidden="true">
          <path class="open-end" d="M2,-5 L8,0 L2,5" />
        </svg>
      )}
    </svg>
  );
}

/** The pill stays visible where it is narrower than the dot: a second one of a few pixels lies under the dot. */
function DotOn({
  axis,
  dot: { value, low, high, look },
}: {
  readonly axis: Axis;
  readonly dot: Dot;
}) {
  const [from, to, at] = [axis.at(low), axis.at(high), axis.at(value)];
  const wide = { x: `${from}%`, width: `${Math.max(0, to - from)}%` };
  return (
    <svg class={`dot dot-${look}`} y="50%" overflow="visible" aria-hidden="true">
      {look !== "together" && low < high && (
        <>
          <Pill {...wide} className="pill" />
          <svg x={`${at}%`} overflow="visible" aria-hidden="true">
            <Pill x={-RADIUS - 3} width={2 * RADIUS + 6} className="pill" />
          </svg>
          <Pill {...wide} className="pill-inside" />
          <svg x={`${at}%`} overflow="visible" aria-hidden="true">
            <Pill x={-RADIUS - 3} width={2 * RADIUS + 6} className="pill-inside" />
          </svg>
        </>
      )}
      <svg x={`${at}%`} overflow="visible" aria-hidden="true">
        {look === "together" ? (
          <path class="point" d="M0,-6 L6,0 L0,6 L-6,0 Z" />
        ) : look === "untested" ? (
          <rect class="point" x="-1" y={-RADIUS} width="2" height={2 * RADIUS} />
        ) : (
          <circle class="point" r={RADIUS} />
        )}
      </svg>
    </svg>
  );
}

const Pill = ({
  className,
  x,
  width,
}: {
  readonly className: string;
  readonly x: string | number;
  readonly width: string | number;
}) => <rect class={className} x={x} width={width} y={-HEIGHT / 2} height={HEIGHT} rx={4} />;

/** The same sign alone, for the key. */
export function DotSign({ look }: { readonly look: Exclude<Look, "together"> | "band" }) {
  return (
    <svg width="30" height="18" aria-hidden="true" focusable="false" class={`sign dot dot-${look}`}>
      <rect class="pill pill-inside" x="2" y="2.5" width="26" height={HEIGHT} rx="4" />
      {look === "untested" ? (
        <rect class="point" x="14" y="5" width="2" height={2 * RADIUS} />
      ) : (
        look !== "band" && <circle class="point" cx="15" cy="9" r={RADIUS} />
      )}
    </svg>
  );
}

/** The numbers under a column. The first and last ones stay inside their place. */
export function Ticks({
  axis,
  tick,
}: {
  readonly axis: Axis;
  readonly tick: (value: number) => string;
}) {
  return (
    <svg class="ticks" width="100%" height="22" aria-hidden="true" focusable="false">
      {axis.ticks.map((value) => (
        <text key={value} x={`${axis.at(value)}%`} y="15" text-anchor="middle">
          {tick(value)}
        </text>
      ))}
    </svg>
  );
}
