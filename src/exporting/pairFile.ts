/** A file with a row a preference pair: `prompt`, `chosen` and `rejected` as preference trainers read them, and where they come from. */
import type { ExportedGroup } from '../store/views.js';
import type { Pair, PairRule } from './pairs.js';
import { jsonLine, lineFile, type Column, type RowFile, type Write } from './rowFile.js';
import type { GroupPlaceOfRun } from './solutionFile.js';

export interface PairRow {
  place: GroupPlaceOfRun;
  of: Omit<ExportedGroup, 'solutions'>;
  pair: Pair;
  rule: PairRule;
}

export const pairColumns: readonly Column<PairRow>[] = [
  { name: 'prompt', type: 'text', value: ({ of }) => of.question },
  { name: 'chosen', type: 'text', value: ({ pair }) => pair.chosen.text },
  { name: 'rejected', type: 'text', value: ({ pair }) => pair.rejected.text },
  { name: 'chosen_reward', type: 'number?', value: ({ pair }) => pair.chosen.reward },
  { name: 'rejected_reward', type: 'number?', value: ({ pair }) => pair.rejected.reward },
  { name: 'rule', type: 'text', value: ({ rule }) => rule },
  { name: 'run', type: 'text', value: ({ place }) => place.run },
  { name: 'step', type: 'integer', value: ({ place }) => place.step },
  { name: 'group', type: 'integer', value: ({ place }) => place.group + 1 },
  { name: 'chosen_solution', type: 'integer', value: ({ pair }) => pair.chosen.index + 1 },
  { name: 'rejected_solution', type: 'integer', value: ({ pair }) => pair.rejected.index + 1 },
];

export async function pairFile(file: 'jsonl' | 'parquet', write: Write): Promise<RowFile<PairRow>> {
  if (file === 'jsonl') return lineFile(write, jsonLine(pairColumns));
  const { parquetFile } = await import('./parquetFile.js');
  return parquetFile(write, pairColumns);
}
