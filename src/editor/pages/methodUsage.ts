import { allRows, pagesOf, rowsOf } from '../../core/listPages.js';
import { append } from '../../core/extremes.js';
import { isEvaluation } from '../../core/methods.js';
import type { RunAddress } from '../../protocol/address.js';
import type { StoreClientQueries } from '../../store/questions.js';
import type { BenchmarkResult, RunSummary } from '../../store/views.js';
import type { ComparedGroup, MethodUsage } from '../../contracts/methods.js';

const portion = 5000;
/** How far back a group is looked for. */
const recentRuns = 20;
const recentSteps = 50;

export async function usageOf(store: StoreClientQueries): Promise<MethodUsage[]> {
  const results: BenchmarkResult[] = [];
  for await (const page of pagesOf((after) => store.allBenchmarks({ limit: portion, after })))
    append(
      results,
      page.results.filter((r) => r.suite === 'held-out' && r.mode === 'greedy'),
    );
  return countUsage(await allRows((after) => store.runs({ after })), results);
}

/** @param runs newest first @param results held-out, greedy */
export function countUsage(runs: readonly RunSummary[], results: readonly BenchmarkResult[]): MethodUsage[] {
  const methods = new Map<string, MethodUsage>();
  const byId = new Map(runs.map((r) => [r.id, r]));
  for (const { id, name, method } of runs) {
    if (isEvaluation(method)) continue;
    const usage = methods.get(method) ?? { method, runs: 0, newest: { run: id, name }, best: null };
    usage.runs++;
    methods.set(method, usage);
  }
  for (const { of, value, n } of results) {
    const run = byId.get(of.run);
    const usage = run && methods.get(run.method);
    // What was there before the first step is no merit of the method.
    if (!usage || value === null || of.step === 0 || value <= (usage.best?.value ?? -1)) continue;
    usage.best = { run: run.id, name: run.name, step: of.step, value, n };
  }
  return [...methods.values()];
}

export async function groupFor(about: RunAddress | undefined, store: StoreClientQueries): Promise<ComparedGroup | null> {
  const { run, step, group } = about ?? {};
  const at = run !== undefined && step !== undefined && group !== undefined ? { run, step, group } : await mixedGroup(store, run);
  if (!at) return null;
  const [detail, found] = await Promise.all([store.run(at.run), store.group(at.run, at.step, at.group)]);
  if (!detail || !found) return null;
  // What a solution gets hangs on all of its group.
  const solutions = await allRows((after) => store.solutions(at.run, at.step, at.group, { after }));
  return { group: { ...found, solutions }, method: detail.method, settings: detail.resolved.method };
}

/** The newest group with right and wrong solutions, of that run or any. */
async function mixedGroup(
  store: StoreClientQueries,
  only: string | undefined,
): Promise<Required<Pick<RunAddress, 'run' | 'step' | 'group'>> | null> {
  const runs = only === undefined ? (await store.runs()).rows.filter((r) => !isEvaluation(r.method)).map((r) => r.id) : [only];
  for (const run of runs.slice(0, recentRuns)) {
    const step = (await store.steps(run, { limit: recentSteps })).rows.find((s) => s.mixed > 0)?.step;
    if (step === undefined) continue;
    for await (const { group, correct, size } of rowsOf((after) => store.groups(run, step, { after })))
      if (correct !== null && correct > 0 && correct < size) return { run, step, group };
  }
  return null;
}
