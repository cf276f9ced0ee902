/** What pages and command line say of a pre-flight alike. */
import { count, percent, significant } from '../core/format.js';
import type { Preflight } from '../doctor/preflight/report.js';
import type { SignalRow } from '../doctor/preflight/signal.js';

/** `32 questions, 512 solutions, temperature 1, 80 tokens at most, seed 1` */
export function settingsText({
  settings,
  questions,
  solutions,
}: Pick<Preflight, 'settings' | 'solutions'> & { questions: readonly unknown[] }): string {
  const { temperature, cap, seed } = settings;
  const of = count(questions.length, 'question');
  if (solutions === 0) return `${of}, none of them sampled`;
  return `${of}, ${count(solutions, 'solution')}, temperature ${significant(temperature)}, ${count(cap, 'token')} at most, seed ${seed}`;
}

/** How a row of the table is known. */
export const signalBy: Readonly<Record<SignalRow['by'], string>> = { counted: 'counting', model: 'a model', least: 'at least so much' };

export const signalHead: readonly string[] = ['G', 'with a difference', 'from', 'to', 'all wrong', 'all right', 'by'];

/** The cells of a row, as `signalHead` names them. @param own the run's G, which is marked */
export const signalCells =
  (own: number | null) =>
  ({ size, signal, allWrong, allRight, by }: SignalRow): string[] => [
    size === own ? `this run: ${size}` : String(size),
    ...[signal?.mean, signal?.low, signal?.high, allWrong?.mean, allRight].map((share) => percent(share ?? null)),
    signalBy[by],
  ];
