/** Shares of one whole on top of each other: exactly, or not at all. Pure. */
import type { RunSeries } from '../../src/store/views.js';
import type { XUnit } from '../shared/charts/chartConfig.js';
import { styleOf, type Line } from '../shared/charts/line.js';
import { count } from '../../src/core/format.js';
import type { Curve } from './chartList.js';
import { axisOf, pointsOf, recordedSeries, type RecordedSeries } from './recordedSeries.js';

interface Part extends RecordedSeries {
  curve: Curve;
  line: Line;
}

/**
 * A sum is known where all of its parts are: elsewhere the stack is interrupted, and a note says by what. A part that most
 * steps lack (seconds of an evaluation now and then) would leave nothing of it: it is a line beside the stack.
 */
export function stackOf(
  curves: readonly Curve[],
  series: readonly RunSeries[],
  run: string,
  xUnit: XUnit,
): { lines: Line[]; notes: string[] } {
  const parts = curves.flatMap((curve, i): Part[] => {
    const found = recordedSeries(series, run, curve.metric);
    return found ? [{ ...found, curve, line: { label: curve.label, meaning: curve.meaning, ...styleOf(i), points: [] } }] : [];
  });
  const [grid] = parts.map((p) => p.series);
  const isPart = ({ series: s, metric }: Part): boolean => s === grid && 2 * metric.count >= s.steps;
  const stacked = parts.filter(isPart);
  const apart = parts.filter((p) => !isPart(p));
  for (const part of apart) part.line.points = pointsOf(part, xUnit);
  if (stacked.length > 0) pile(stacked, grid, xUnit);
  const known = ({ metric, series: s }: Part): string => `known at ${metric.count.toLocaleString('en-US')} of ${count(s.steps, 'step')}`;
  return {
    lines: parts.map((p) => p.line),
    notes: [
      ...stacked
        .filter(({ metric }) => metric.count < grid.steps)
        .map((p) => `interrupted where “${p.curve.label}” is missing (${known(p)})`),
      ...apart.map((p) => `“${p.curve.label}” is a line and not in the sum (${known(p)})`),
    ],
  };
}

function pile(parts: readonly Part[], grid: RunSeries, xUnit: XUnit): void {
  const axis = axisOf(grid, xUnit);
  const breaks = new Set(parts.flatMap((p) => p.metric.breaks));
  for (const { line } of parts) line.base = [];
  let gap = false;
  for (const [i, step] of grid.step.entries()) {
    gap ||= breaks.has(i);
    const x = axis[i];
    const values = parts.map((p) => p.metric.value[i]);
    if (x === null || !values.every((v) => v !== null)) continue;
    let base = 0;
    for (const [k, { line }] of parts.entries()) {
      line.points.push({ x, y: values[k], step, ...(gap && line.points.length > 0 && { gap }) });
      line.base!.push(base);
      base += values[k];
    }
    gap = false;
  }
}
