/** The scale of a picture: from zero, 3 to 6 ticks, the same for all rows. Pure. */
import { scaleLinear } from "d3-scale";

export interface Axis {
  /** Where a value stands, in hundredths of the drawing's width or height. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
  readonly top: number;
}

/** `values` are everything that must fit in, ends of intervals included. */
export function axisOf(values: readonly number[], wanted = 4): Axis {
  const most = Math.max(0, ...values.filter(Number.isFinite));
  const scale = scaleLinear([0, most > 0 ? most : 1], [0, 100]).nice(wanted);
  let ticks = scale.ticks(wanted);
  if (ticks.length > 6) ticks = scale.ticks(wanted - 1);
  const [, top = 0] = scale.domain();
  return {
    at: (value) => Math.min(100, Math.max(0, scale(value))),
    ticks,
    top,
  };
}
