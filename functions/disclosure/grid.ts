/** Figures are whole multiples of a grid: 1, 0.1, 0.01 …, whose inverse is a whole number. */

/** Protected counts are released on a thousandth of a person. */
export const COUNT_GRID = 0.001;

/** A number of units as an integer of the grid. */
export const onGrid = (units: number, grid: number): number =>
  Math.round(units * Math.round(1 / grid));

export const isGrid = (grid: number) =>
  grid >= 1e-6 && grid <= 1 && Math.abs(1 / grid - Math.round(1 / grid)) <= 1e-6;

export const isOnGrid = (units: number, grid: number) =>
  Math.abs(units * Math.round(1 / grid) - onGrid(units, grid)) < 1e-6;
