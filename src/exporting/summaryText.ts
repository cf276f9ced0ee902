import { count } from '../core/format.js';
import type { ExportFormat, ExportSummary } from './exportFormat.js';

/** What was written and what was left out, in sentences. */
export function summaryText(format: ExportFormat, { written, solutions, groups, ...left }: ExportSummary): string {
  const of = `of ${count(solutions, 'solution')} in ${count(groups, 'group')}`;
  const parts =
    format.as === 'pairs' ? [`${count(written, 'pair')} ${of}`] : [`${count(written, 'solution')} in ${count(groups, 'group')}`];
  if (format.as === 'pairs') {
    if (left.withoutPair > 0) parts.push(`${count(left.withoutPair, 'group')} gave none`);
    if (left.unknown > 0)
      parts.push(`of ${count(left.unknown, 'solution')} the ${format.rule === 'best-worst' ? 'reward' : 'verdict'} is unknown`);
    if (left.same > 0) parts.push(`${count(left.same, 'pair')} of equal texts left out`);
  }
  if (left.gone > 0) parts.push(`${count(left.gone, 'solution')} not there any more`);
  return parts.join('; ');
}
