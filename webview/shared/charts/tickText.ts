/** The numbers along an axis: all in one unit, with as many decimals as the one that needs most. Pure. */

/** From which size on numbers are written in thousands, millions, … */
const units = [
  { from: 1e12, size: 1e12, suffix: 'T' },
  { from: 1e9, size: 1e9, suffix: 'B' },
  { from: 1e6, size: 1e6, suffix: 'M' },
  { from: 1e4, size: 1e3, suffix: 'k' },
  { from: 1e-3, size: 1, suffix: '' },
];

/** @param values all the places that are named; @returns `['0', '0.25', '0.50']`, `['0', '7.5k', '15.0k']`, `['2.0e−4', '2.5e−4']` */
export function tickTexts(values: readonly number[]): string[] {
  const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const unit = units.find(({ from }) => largest >= from) ?? powerOfTen(largest);
  const scaled = values.map((v) => v / unit.size);
  const decimals = scaled.reduce((most, tick) => Math.max(most, decimalsOf(tick)), 0);
  const text = (v: number): string => v.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  // Zero is zero in every unit.
  return scaled.map((v) => (v === 0 ? '0' : `${text(v).replace('-', '−')}${unit.suffix}`));
}

/** What is too small for decimals is written by the power of ten of the largest. */
function powerOfTen(largest: number): { size: number; suffix: string } {
  const power = largest === 0 ? 0 : Math.floor(Math.log10(largest));
  return { size: 10 ** power, suffix: `e−${-power}` };
}

/** Eight digits hold any round number that an axis names, and nothing of the arithmetic that led to it. */
const decimalsOf = (v: number): number => Math.min(6, /\.(\d+)/.exec(String(Number(v.toPrecision(8))))?.[1].length ?? 0);
