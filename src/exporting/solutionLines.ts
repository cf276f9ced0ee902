/** Solutions as lines of JSON and of CSV. What is unknown is null there, and an empty cell here. */
import type { ExportedGroup, ExportedSolution } from '../store/views.js';

/** Where a group stands; steps as they are, groups and solutions counted from 1 as in addresses. */
export interface GroupPlaceOfRun {
  run: string;
  step: number;
  /** From 0. */
  group: number;
}

const columns = [
  ...['run', 'step', 'group', 'solution', 'question_id', 'question', 'gold', 'text', 'reward', 'advantage', 'correct', 'answer'],
  ...['finish', 'tokens', 'kl', 'rewards'],
] as const;

function valuesOf({ run, step, group }: GroupPlaceOfRun, of: ExportedGroup, s: ExportedSolution): unknown[] {
  return [
    ...[run, step, group + 1, s.index + 1, of.questionId, of.question, of.gold, s.text, s.reward, s.advantage, s.correct, s.answer],
    ...[s.finish, s.tokens, s.kl, s.rewards],
  ];
}

/** With the turns, where somebody said who spoke. */
export function jsonLine(place: GroupPlaceOfRun, group: ExportedGroup, solution: ExportedSolution): string {
  const values = valuesOf(place, group, solution);
  return `${JSON.stringify({
    ...Object.fromEntries(columns.map((name, i) => [name, values[i]])),
    ...(group.questionTurns !== null && { question_turns: group.questionTurns }),
    ...(solution.turns !== null && { turns: solution.turns }),
  })}\n`;
}

/** As RFC 4180 has it; texts stand as they are, reward terms as JSON. */
export const csvHead = `${columns.join(',')}\r\n`;
export const csvLine = (place: GroupPlaceOfRun, group: ExportedGroup, solution: ExportedSolution): string =>
  `${valuesOf(place, group, solution).map(cell).join(',')}\r\n`;

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
