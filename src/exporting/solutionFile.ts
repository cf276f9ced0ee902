/** A file with a row a solution. What is unknown is null; in CSV an empty cell. */
import type { ExportedGroup, ExportedSolution } from '../store/views.js';
import { csvHead, csvLine, jsonLine, lineFile, type Column, type RowFile, type Write } from './rowFile.js';

/** Where a group stands; steps as they are, groups and solutions counted from 1 as in addresses. */
export interface GroupPlaceOfRun {
  run: string;
  step: number;
  /** From 0. */
  group: number;
}

export interface SolutionRow {
  place: GroupPlaceOfRun;
  of: Omit<ExportedGroup, 'solutions'>;
  solution: ExportedSolution;
}

export const solutionColumns: readonly Column<SolutionRow>[] = [
  { name: 'run', type: 'text', value: ({ place }) => place.run },
  { name: 'step', type: 'integer', value: ({ place }) => place.step },
  { name: 'group', type: 'integer', value: ({ place }) => place.group + 1 },
  { name: 'solution', type: 'integer', value: ({ solution }) => solution.index + 1 },
  { name: 'question_id', type: 'text', value: ({ of }) => of.questionId },
  { name: 'question', type: 'text', value: ({ of }) => of.question },
  { name: 'gold', type: 'text?', value: ({ of }) => of.gold },
  { name: 'text', type: 'text', value: ({ solution }) => solution.text },
  { name: 'reward', type: 'number?', value: ({ solution }) => solution.reward },
  { name: 'advantage', type: 'number?', value: ({ solution }) => solution.advantage },
  { name: 'correct', type: 'boolean?', value: ({ solution }) => solution.correct },
  { name: 'answer', type: 'text?', value: ({ solution }) => solution.answer },
  { name: 'finish', type: 'text', value: ({ solution }) => solution.finish },
  { name: 'tokens', type: 'integer', value: ({ solution }) => solution.tokens },
  { name: 'kl', type: 'number?', value: ({ solution }) => solution.kl },
  { name: 'rewards', type: 'terms', value: ({ solution }) => solution.rewards },
];

/** Who said what, where somebody told: not in CSV. */
export const turnColumns: readonly Column<SolutionRow>[] = [
  { name: 'question_turns', type: 'turns?', value: ({ of }) => of.questionTurns },
  { name: 'turns', type: 'turns?', value: ({ solution }) => solution.turns },
];

export async function solutionFile(as: 'jsonl' | 'csv' | 'parquet', write: Write): Promise<RowFile<SolutionRow>> {
  if (as === 'csv') return lineFile(write, csvLine(solutionColumns), csvHead(solutionColumns));
  if (as === 'jsonl') return lineFile(write, jsonLine(solutionColumns, turnColumns));
  const { parquetFile } = await import('./parquetFile.js');
  return parquetFile(write, [...solutionColumns, ...turnColumns]);
}
