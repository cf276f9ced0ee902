/** Scores in words. Pure. */
import { isEvaluation } from '../../src/core/methods.js';
import { percent } from '../../src/core/format.js';
import { reveal } from '../../src/core/reveal.js';
import type { BenchmarkedRun } from '../../src/store/views.js';
import type { MeanInterval } from '../../src/core/estimators.js';
import type { TestedCheckpoint, Column, CellScore } from '../../src/contracts/benchmarkResults.js';

/** `43.7`: a share in per cent as papers print it, with one decimal. */
export const points = (share: number): string => (100 * share).toFixed(1).replace('-', '−');

/** `38.2–49.3` */
export const range = ({ low, high }: { low: number; high: number }): string => `${points(low)}–${points(high)}`;

/** `+12.3`, `−0.4`, `0.0` */
export const difference = (share: number): string => `${Number((100 * share).toFixed(1)) > 0 ? '+' : ''}${points(share)}`;

/** `−1.2 to +25.7`: a dash would be read as a minus. */
export const differenceRange = ({ low, high }: MeanInterval): string => `${difference(low)} to ${difference(high)}`;

/** Names come from files too: what hides in them is shown. */
export const columnTitle = ({ suite, mode }: Column): string => reveal(`${suite} (${mode})`);

/** Everything there is to know of a cell. */
export function scoreTitle({ mean, low, high, n, derived, result, others }: CellScore): string {
  const facts = [
    `${percent(mean)} of ${n.toLocaleString('en-US')} questions`,
    `95 % interval ${points(low)} to ${points(high)} %${derived ? ' (Wilson, from the number of questions)' : ''}`,
  ];
  if (result.samples !== null) facts.push(`${result.samples} solutions each`);
  if (result.shots !== null) facts.push(`${result.shots} worked examples in the prompt`);
  if (result.temperature !== null) facts.push(`temperature ${result.temperature}`);
  if (result.checker !== null) facts.push(`checked by ${result.checker}`);
  if (others > 0) facts.push(`chosen over ${others} smaller or older ${others === 1 ? 'result' : 'results'}`);
  return facts.join(', ');
}

/** `arith-grpo-1, step 60`; of weights that no run here made, what they are called. */
export const checkpointName = (c: TestedCheckpoint): string => [c.run?.name ?? c.at.run, placeText(c)].filter(Boolean).join(', ');

/** `step 60`. Weights that were only evaluated here have no step: the model's name then, or nothing. */
export const placeText = ({ run, at }: TestedCheckpoint): string =>
  run && at.step === 0 && isEvaluation(run.method) ? modelText(run) : `step ${at.step}`;

/** Nothing that the run’s own name says already. */
const modelText = ({ name, model }: BenchmarkedRun): string => (model === null || name.startsWith(model) ? '' : reveal(model));
