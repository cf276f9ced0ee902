/** Curves as a table that other programs read. Pure. */
import type { RunSeries } from '../../src/store/views.js';

/** RFC 4180: a cell that holds a quote, a comma or a line break is quoted; one that a spreadsheet would run is text. */
const cell = (text: string): string => {
  const harmless = /^[=+@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

const number = (x: number | null): string => (x === null ? '' : String(x));

/** A row for each step of each run, a column for each metric; what was not recorded is empty. */
export function csvOf(series: readonly RunSeries[], metrics: readonly string[]): string {
  const rows = series.flatMap((s) =>
    s.step.map((step, i) => [
      cell(s.run),
      number(step),
      number(s.tokens[i]),
      number(s.seconds[i]),
      ...metrics.map((name) => number(s.metrics.find((m) => m.metric === name)?.value[i] ?? null)),
    ]),
  );
  return [['run', 'step', 'tokens', 'seconds', ...metrics.map(cell)], ...rows].map((row) => `${row.join(',')}\n`).join('');
}
