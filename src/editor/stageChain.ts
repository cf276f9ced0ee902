/** The stages that a run is one of, from what is known of all runs. Pure. */
import type { ChainStage, StageChain } from '../contracts/dashboard.js';
import { isEvaluation } from '../core/methods.js';
import type { RunSummary } from '../store/views.js';

/** Most runs in a chain: a lineage that goes in a circle is a mistake in somebody's files. */
const longest = 50;

/**
 * The runs whose weights led to this one, oldest first, itself, and what was made from it: of several the newest.
 * An evaluation makes no weights, so it is no stage: its chain ends with the run that it tests, and says at which step.
 */
export function stageChain(run: RunSummary, all: readonly RunSummary[]): Omit<StageChain, 'base'> {
  const seen = new Set([run.id]);
  const before = stagesBefore(run, new Map(all.map((r) => [r.id, r])), seen);
  if (isEvaluation(run.method)) return { stages: before, tested: before.at(-1)?.step ?? null };
  const stages = [...before, stageOf(run, null)];
  for (let last = run; seen.size < longest;) {
    const made = all
      .filter((r) => r.parent?.run === last.id && !isEvaluation(r.method) && !seen.has(r.id))
      .sort((a, b) => b.created.localeCompare(a.created));
    const newest = made.at(0);
    if (!newest) break;
    stages.at(-1)!.step = newest.parent!.step;
    stages.push({ ...stageOf(newest, null), others: made.length - 1 });
    seen.add(newest.id);
    last = newest;
  }
  return { stages, tested: null };
}

/**
 * The runs whose weights led to a run, oldest first.
 * @param seen the runs that are in the chain already; those that are found are added
 */
export function stagesBefore(
  { id, parent }: RunSummary,
  byId: ReadonlyMap<string, RunSummary>,
  seen = new Set<string>([id]),
): ChainStage[] {
  const stages: ChainStage[] = [];
  while (parent && !seen.has(parent.run) && seen.size < longest) {
    seen.add(parent.run);
    const known = byId.get(parent.run);
    if (!known) stages.unshift({ run: parent.run, name: parent.run, method: null, step: parent.step, others: 0 });
    // The weights of an evaluation are those that it tests.
    else if (!isEvaluation(known.method)) stages.unshift(stageOf(known, parent.step));
    parent = known?.parent ?? null;
  }
  return stages;
}

const stageOf = ({ id, name, method }: RunSummary, step: number | null): ChainStage => ({ run: id, name, method, step, others: 0 });

/** What the first run of a chain began with: a preset or a model's name; null when it is unknown. */
export function baseOf(resolved: Record<string, unknown>): string | null {
  const { policy } = resolved;
  if (typeof policy !== 'object' || policy === null) return null;
  const named: unknown = Reflect.get(policy, 'preset') ?? Reflect.get(policy, 'model');
  return typeof named === 'string' ? named : null;
}
