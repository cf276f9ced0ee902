/** `grpo-lab find QUERY --export FILE`: all solutions that a filter matches, with their whole texts, or preference pairs of them. */
import { resolve } from 'node:path';
import { messageOf } from '../../core/messageOf.js';
import { writeWhole } from '../../core/files/writeWhole.js';
import type { ExportFormat } from '../../exporting/exportFormat.js';
import { exportSolutions } from '../../exporting/exportSolutions.js';
import { pairRuleText, type PairRule } from '../../exporting/pairs.js';
import { summaryText } from '../../exporting/summaryText.js';
import type { SearchState } from '../../store/finding/search.js';
import type { FoundSolution } from '../../store/views.js';
import { countProgress } from '../bar.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import type { CliSession } from '../cliSession.js';
import { leftLines, searched, type FindOptions } from './find.js';

export interface ExportOptions extends FindOptions {
  /** The file; it decides what is written. */
  export?: string;
  pairs?: PairRule;
}

export async function exportFound(session: CliSession, text: string, options: ExportOptions): Promise<ExitCode> {
  const [file, format] = targetOf(options);
  const { output } = session;
  const bar = countProgress('searching');
  let last: SearchState | undefined;
  async function* placesIn(states: AsyncIterable<SearchState>): AsyncGenerator<FoundSolution['address'][]> {
    for await (const state of states) {
      bar.update(state.seen, state.plan.solutions);
      last = state;
      yield state.rows.map((row) => row.address);
    }
  }
  const all = { ...options, limit: Infinity, count: true, facets: [] };
  const summary = await searched(session, text, all, (states, queries) =>
    writeWhole(file, (write) => exportSolutions(queries, placesIn(states), format, write)).catch((error: unknown) => {
      if (error instanceof Error && 'syscall' in error) throw new CliError(`${file} could not be written: ${messageOf(error)}`);
      throw error;
    }),
  ).finally(() => bar.stop());
  output.line(`${file}: ${summaryText(format, summary)}`);
  if (format.as === 'pairs') output.line(`${format.rule}: ${pairRuleText[format.rule]}`);
  for (const line of leftLines(last!)) output.line(line);
  const { plan, matched, unknown, seen, end } = last!;
  output.value({ file, ...format, ...summary, matched, unknownMatch: unknown, seen, of: plan.all, end });
  return exit.ok;
}

/** @throws CliError when nothing is written to such a file */
function targetOf({ export: file, pairs }: ExportOptions): [file: string, ExportFormat] {
  if (file === undefined) throw new CliError('--pairs needs a file: --export pairs.jsonl', exit.usage);
  const end = fileEnds.find((kind) => file.toLowerCase().endsWith(`.${kind}`));
  if (end === undefined || (pairs !== undefined && end === 'csv'))
    throw new CliError(
      `${pairs === undefined ? '--export writes .jsonl, .csv or .parquet' : 'Pairs are written to .jsonl or .parquet'}, not "${file}".`,
      exit.usage,
    );
  return [resolve(file), pairs === undefined || end === 'csv' ? { as: end } : { as: 'pairs', rule: pairs, file: end }];
}

const fileEnds = ['jsonl', 'csv', 'parquet'] as const;
