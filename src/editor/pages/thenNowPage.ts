/** What the page of then and now shows: two ranges of a run's steps, or of two runs. */
import type { z } from 'zod';
import { isEvaluation } from '../../core/methods.js';
import type { openThenNow, ThenNowView } from '../../contracts/thenNow.js';
import type { StoreClientQueries } from '../../store/questions.js';
import type { Runs } from '../runs.js';

/** Runs that are offered to compare with. */
const mostRuns = 200;

export async function thenNowOf(
  { run: id, other, ...choice }: z.output<typeof openThenNow.params>,
  store: StoreClientQueries,
  runs: Pick<Runs, 'all'>,
): Promise<ThenNowView | null> {
  const run = await store.run(id);
  if (!run) return null;
  const isOther = other !== undefined && other !== id;
  const [found, second, all] = await Promise.all([
    store.thenNow(id, { ...(isOther && { other }), ...choice }),
    isOther ? store.run(other) : null,
    runs.all(),
  ]);
  const near = (experiment: string): number => (experiment === run.experiment ? 0 : 1);
  const others = all.filter((r) => r.id !== id && !isEvaluation(r.method) && r.step > 0);
  others.sort((a, b) => near(a.experiment) - near(b.experiment) || b.created.localeCompare(a.created));
  return {
    ...{ run: id, runName: run.name, found, runs: others.slice(0, mostRuns).map(({ id: key, name }) => ({ id: key, name })) },
    other: isOther ? { id: other, name: second?.name ?? other } : null,
  };
}
