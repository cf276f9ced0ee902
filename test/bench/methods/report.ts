/** The comparison as a Markdown table and as a picture. */
import { meanInterval, pairedInterval, type MeanInterval } from '../../../src/core/estimators.js';
import type { MethodResult } from './compare.js';
import { samples } from './experiments.js';

/** What the table and the picture show, by the modes of the benchmarks. */
const modes = ['greedy', `maj@${samples}`, `pass@${samples}`];
const titles = ['greedy', `Maj@${samples}`, `Pass@${samples}`];

const percent = (x: number): string => (100 * x).toFixed(1);
const interval = ({ mean, low, high }: MeanInterval): string => `${percent(mean)} (${percent(low)} to ${percent(high)})`;
const column = (r: MethodResult, mode: string): number[] => r.scores.map((s) => s[mode]);

/** Means over the seeds with 95 % intervals, and the change of each against SFT of the same seed. */
export function tableOf(results: readonly MethodResult[]): string {
  const before = results.find((r) => r.title === 'SFT')!;
  const change = (r: MethodResult, mode: string): string =>
    results.indexOf(r) <= results.indexOf(before) || r.scores.length < 2
      ? ''
      : signed(pairedInterval(column(before, mode), column(r, mode)));
  const rows = results.map((r) => {
    const cells = modes.flatMap((mode) => [interval(meanInterval(column(r, mode))), change(r, mode)]);
    return `| ${[r.title, ...cells].join(' | ')} |`;
  });
  const head = titles.flatMap((title) => [title, 'against SFT']);
  return [`| method | ${head.join(' | ')} |`, `|${'---|'.repeat(head.length + 1)}`, ...rows].join('\n');
}

const signed = ({ mean, low, high }: MeanInterval): string => {
  const [m, l, h] = [mean, low, high].map((x) => `${x < 0 ? '−' : '+'}${percent(Math.abs(x))}`);
  return `${m} (${l} to ${h})`;
};

const [left, panel, gap, row, top] = [120, 190, 34, 26, 62];
const colours = { better: '#2e7d32', worse: '#c62828', open: '#6b7280' };

/** One panel per measure, one row per method: the change against SFT of the same seed, with its interval. */
export function pictureOf(results: readonly MethodResult[]): string {
  const before = results.find((r) => r.title === 'SFT')!;
  const shown = results.slice(results.indexOf(before) + 1);
  const width = left + modes.length * panel + (modes.length - 1) * gap + 20;
  const height = top + shown.length * row + 22;
  const panels = modes.map((mode, i) => panelOf(before, shown, mode, titles[i], left + i * (panel + gap)));
  const names = shown.map((r, i) => text(left - 14, top + i * row + 4, r.title, 'end'));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" rx="6" fill="#ffffff"/>`,
    ...names,
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function panelOf(before: MethodResult, shown: readonly MethodResult[], mode: string, title: string, x0: number): string {
  const changes = shown.map((r) => pairedInterval(column(before, mode), column(r, mode)));
  const step = 0.05;
  const low = step * Math.floor(Math.min(0, ...changes.map((c) => c.low)) / step);
  const high = step * Math.ceil(Math.max(0, ...changes.map((c) => c.high)) / step);
  const x = (value: number): number => x0 + (panel * (value - low)) / (high - low);
  const [first, last] = [top - row / 2 - 4, top + shown.length * row - row / 2];
  return [
    text(x0, 18, title, 'start', '600'),
    text(x0, 34, `points against SFT (${percent(meanInterval(column(before, mode)).mean)} %)`, 'start', '400', '#6b7280', 11),
    ...ticksFrom(low, high, step).map((t) => line(x(t), first, x(t), last, t === 0 ? '#9ca3af' : '#e9e9ec', 1) + tick(x(t), last + 16, t)),
    ...changes.map(({ mean, low: from, high: to }, i) => {
      const y = top + i * row;
      const colour = from > 0 ? colours.better : to < 0 ? colours.worse : colours.open;
      return `${line(x(from), y, x(to), y, colour, 2)}<circle cx="${x(mean).toFixed(1)}" cy="${y}" r="4" fill="${colour}"/>`;
    }),
  ].join('\n');
}

/** At most five of them, 0 always among them. */
function ticksFrom(low: number, high: number, step: number): number[] {
  const each = step * Math.max(1, Math.ceil((high - low) / step / 4));
  const first = Math.ceil(low / each - 1e-9);
  const last = Math.floor(high / each + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * each);
}

const tick = (x: number, y: number, change: number): string => {
  const points = Math.round(100 * change);
  return text(x, y, points > 0 ? `+${points}` : points < 0 ? `−${-points}` : '0', 'middle', '400', '#6b7280', 11);
};

const line = (x1: number, y1: number, x2: number, y2: number, colour: string, width: number): string =>
  `<line x1="${x1.toFixed(1)}" y1="${y1}" x2="${x2.toFixed(1)}" y2="${y2}" stroke="${colour}" stroke-width="${width}"/>`;

const text = (x: number, y: number, words: string, anchor: string, weight = '400', colour = '#1f2937', size = 12): string =>
  `<text x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}" font-weight="${weight}" font-size="${size}" fill="${colour}">${words}</text>`;
