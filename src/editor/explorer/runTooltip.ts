import { MarkdownString } from 'vscode';
import type { DiskUse } from '../../protocol/diskUse.js';
import { metrics } from '../../protocol/metrics.js';
import type { RunSummary } from '../../store/views.js';
import { leadRank, metricRoles, roleOf } from '../../core/metricRole.js';
import { exactTime, relativeTime, significant } from '../../core/format.js';
import { diskText } from '../../words/diskText.js';
import { formatName } from '../../core/importFormats.js';
import { curveRange, stateText } from '../../words/runText.js';

/** Metrics that a tooltip has room for. */
const SHOWN = 12;

/**
 * The tooltip of a run's row.
 * @param origins what it builds on, in words
 * @param disk null when its folder cannot be measured
 */
export function runTooltip(run: RunSummary, origins: readonly string[], disk: DiskUse | null, now: number): MarkdownString {
  const text = new MarkdownString('', true);
  text.appendMarkdown(`**${escape(run.name)}** · ${stateText(run, now)}`);
  if (run.quietSince !== null) text.appendText('\nIt may be in a long step, or have ended: nothing here can tell.');
  if (run.message) text.appendText(`\n${run.message}`);
  if (run.job !== undefined) text.appendText(`\n${run.job}`);
  const { method, backend, importFormat } = run;
  const made =
    importFormat === null
      ? `${method} on ${backend} · started`
      : `${method === 'unknown' ? '' : `${method} · `}${formatName(importFormat)} · imported`;
  text.appendMarkdown(`\n\n${escape(`${made} ${relativeTime(run.created, now)} (${exactTime(run.created)})`)}`);
  if (run.importedFrom !== null) text.appendMarkdown(`\n\nfrom ${escape(run.importedFrom)}`);
  for (const origin of origins) text.appendMarkdown(`\n\n${escape(origin)}`);
  text.appendMarkdown(`\n\n${disk ? `on disk ${escape(diskText(disk))}` : 'size on disk unknown'}`);
  const range = curveRange(run);
  if (range !== '') text.appendMarkdown(`\n\ncurve: ${escape(range)}`);
  const all = Object.entries(run.latest).sort(([a], [b]) => placeOf(a) - placeOf(b));
  if (all.length > 0) text.appendMarkdown(`\n\n| metric | newest |\n|---|---:|\n${all.slice(0, SHOWN).map(metricRow).join('\n')}`);
  if (all.length > SHOWN) text.appendMarkdown(`\n\n${all.length - SHOWN} more on its dashboard`);
  return text;
}

/** What a person asks for first stands first, whatever it is called; of two alike the number itself before its parts and its spread. */
function placeOf(name: string): number {
  const guess = roleOf(name);
  const spread = guess === null || guess.rank >= leadRank;
  return spread ? metricRoles.length * leadRank : metricRoles.indexOf(guess.role) * leadRank + guess.rank;
}

const metricRow = ([name, value]: [string, number]): string =>
  `| ${escape(Object.hasOwn(metrics, name) ? metrics[name as keyof typeof metrics].label : name)} | ${significant(value)} |`;

const escape = (text: string): string => text.replace(/[\\`*_{}[\]()#+\-.!|<>&]/g, '\\$&').replace(/\s+/g, ' ');
