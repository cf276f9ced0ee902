/** What the solutions of a run say at every step, read for as long as that may take. */
import { allRows, rowsOf } from '../../core/listPages.js';
import { modesTotal, type ModeSums } from '../../core/modes.js';
import { modesSeconds, mostModeSteps, type ModesView } from '../../contracts/question.js';
import type { StoreClientQueries } from '../../store/questions.js';

/** @param progress is told of steps that were read, of all */
export async function modesOverTraining(
  run: string,
  store: StoreClientQueries,
  progress: (done: number, total: number) => void,
): Promise<ModesView> {
  const until = performance.now() + 1000 * modesSeconds;
  const all = (await allRows((before) => store.groupSteps(run, { before, limit: 10_000 }))).length;
  const steps: ModeSums[] = [];
  for await (const sums of rowsOf((after) => store.stepModes(run, { after }))) {
    steps.push(sums);
    progress(steps.length, all);
    if (performance.now() > until) break;
  }
  const stride = Math.max(1, Math.ceil(steps.length / mostModeSteps));
  const ranges = Array.from({ length: Math.ceil(steps.length / stride) }, (_, i) => modesTotal(steps.slice(i * stride, (i + 1) * stride)));
  return { steps: ranges, stride, read: steps.length, all: Math.max(all, steps.length) };
}
