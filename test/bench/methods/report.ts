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

const [left, panel, gap, row, top] = [128, 176, 28, 26, 44];

/** One panel per measure, one row per method: the mean over the seeds with its interval, and SFT's mean as a line through all. */
export function pictureOf(results: readonly MethodResult[]): string {
  const shown = results.filter((r) => r.title !== 'base (no training)');
  const width = left + modes.length * (panel + gap);
  const height = top + shown.length * row + 26;
  const panels = modes.map((mode, i) => panelOf(shown, mode, titles[i], left + i * (panel + gap)));
  const names = shown.map((r, i) => text(left - 12, top + i * row + 4, r.title, 'end'));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" rx="6" fill="#ffffff"/>`,
    ...names,
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function panelOf(results: readonly MethodResult[], mode: string, title: string, x0: number): string {
  const all = results.map((r) => meanInterval(column(r, mode)));
  const low = Math.max(0, Math.floor(10 * Math.min(...all.map((a) => a.low))) / 10);
  const high = Math.min(1, Math.ceil(10 * Math.max(...all.map((a) => a.high))) / 10);
  const x = (value: number): string => (x0 + (panel * (clamp(value, low, high) - low)) / (high - low)).toFixed(1);
  const bottom = top + results.length * row - row / 2;
  const reference = all[results.findIndex((r) => r.title === 'SFT')].mean;
  const ticks = [low, (low + high) / 2, high];
  return [
    text(x0, 18, title, 'start', '600'),
    ...ticks.map((t) => line(x(t), top - row / 2, x(t), bottom, '#e4e4e7', 1)),
    ...ticks.map((t) => text(Number(x(t)), bottom + 18, `${Math.round(100 * t)} %`, 'middle', '400', '#6b7280')),
    line(x(reference), top - row / 2, x(reference), bottom, '#9ca3af', 1, '3 3'),
    ...all.map(({ mean, low: from, high: to }, i) => {
      const y = top + i * row;
      const colour = results[i].title === 'SFT' ? '#6b7280' : mean >= reference ? '#2e7d32' : '#c62828';
      return `${line(x(from), y, x(to), y, colour, 2)}<circle cx="${x(mean)}" cy="${y}" r="4" fill="${colour}"/>`;
    }),
  ].join('\n');
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

const line = (x1: string, y1: number, x2: string, y2: number, colour: string, width: number, dashes?: string): string =>
  `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${colour}" stroke-width="${width}"${dashes ? ` stroke-dasharray="${dashes}"` : ''}/>`;

const text = (x: number, y: number, words: string, anchor: string, weight = '400', colour = '#1f2937'): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" font-weight="${weight}" fill="${colour}">${words}</text>`;
