/** The stages that a run is one of, from what is known of all runs. Pure. */
import type { ChainStage, StageChain } from '../../../webview/dashboard/contract.js';
import { isEvaluation } from '../../core/stages.js';
import type { RunSummary } from '../../store/views.js';

/** Longer chains end there: a lineage that goes in a circle is somebody's mistake, not ours to follow. */
const longest = 50;

/** @returns the runs whose weights led to this one, oldest first, itself, and what was made from it: of several the newest */
export function stageChain(run: RunSummary, all: readonly RunSummary[]): StageChain['stages'] {
  const byId = new Map(all.map((r) => [r.id, r]));
  const seen = new Set([run.id]);
  const chain: ChainStage[] = [stageOf(run, null)];

  for (let { parent } = run; parent && !seen.has(parent.run) && seen.size < longest;) {
    seen.add(parent.run);
    const known = byId.get(parent.run);
    chain.unshift(known ? stageOf(known, parent.step) : { run: parent.run, name: parent.run, method: null, step: parent.step, others: 0 });
    parent = known?.parent ?? null;
  }
  for (let last = run; seen.size < longest;) {
    const made = all
      .filter((r) => r.parent?.run === last.id && !isEvaluation(r.method) && !seen.has(r.id))
      .sort((a, b) => b.created.localeCompare(a.created));
    const newest = made.at(0);
    if (!newest) break;
    chain.at(-1)!.step = newest.parent!.step;
    chain.push({ ...stageOf(newest, null), others: made.length - 1 });
    seen.add(newest.id);
    last = newest;
  }
  return chain;
}

const stageOf = ({ id, name, method }: RunSummary, step: number | null): ChainStage => ({ run: id, name, method, step, others: 0 });

/** What the first run of a chain began with: a preset or a model's name; null when it is not told. */
export function baseOf(resolved: Record<string, unknown>): string | null {
  const { policy } = resolved;
  if (typeof policy !== 'object' || policy === null) return null;
  const named: unknown = Reflect.get(policy, 'preset') ?? Reflect.get(policy, 'model');
  return typeof named === 'string' ? named : null;
}
