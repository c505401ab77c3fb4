/** The scale of a picture: from zero, 3 to 6 ticks, the same for all rows. Pure. */
import { scaleLinear } from "d3-scale";

export interface Axis {
  /** Pixels from the left edge of the drawing. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
  readonly top: number;
}

/** `values` are everything that must fit in, ends of intervals included; the drawing is `width` pixels wide. */
export function axisOf(values: readonly number[], width: number): Axis {
  const most = Math.max(0, ...values.filter(Number.isFinite));
  const scale = scaleLinear([0, most > 0 ? most : 1], [0, width]).nice(4);
  let ticks = scale.ticks(4);
  if (ticks.length > 6) ticks = scale.ticks(3);
  return { at: (value) => Math.min(width, Math.max(0, scale(value))), ticks, top: scale.domain()[1]! };
}
