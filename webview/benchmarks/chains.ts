/** From results to ways from base to RL: which checkpoints there are of each run, and which follow from which. Pure. */
import { isEvaluation } from '../../src/core/methods.js';
import type { RunStep } from '../../src/store/views.js';
import { methodText } from '../../src/core/methods.js';
import { checkpointAt, checkpointId, type TestedCheckpoint, type Results } from '../../src/contracts/benchmarkResults.js';

/** Runs that began with the same weights. */
export interface Family {
  /** The run it begins with. */
  root: string;
  /** Base first, then run by run as they were made, steps ascending. */
  checkpoints: TestedCheckpoint[];
}

const rootOf = ({ run, at }: TestedCheckpoint): string => run?.lineage.at(0)?.run ?? at.run;

/** Newest family first. */
export function families({ checkpoints }: Results): Family[] {
  const found = new Map<string, TestedCheckpoint[]>();
  for (const c of checkpoints.values()) found.set(rootOf(c), [...(found.get(rootOf(c)) ?? []), c]);
  const newest = (list: TestedCheckpoint[]): string => list.reduce((max, c) => ((c.run?.created ?? '') > max ? c.run!.created : max), '');
  return [...found]
    .map(([root, list]) => ({ root, checkpoints: list.sort(asMade), newest: newest(list) }))
    .sort((a, b) => (a.newest < b.newest ? 1 : a.newest > b.newest ? -1 : 0))
    .map(({ root, checkpoints: list }) => ({ root, checkpoints: list }));
}

function asMade(a: TestedCheckpoint, b: TestedCheckpoint): number {
  const depth = (a.run?.lineage.length ?? 0) - (b.run?.lineage.length ?? 0);
  const [p, q] = [a.run?.created ?? '', b.run?.created ?? ''];
  return depth || (p < q ? -1 : p > q ? 1 : 0) || (a.at.run < b.at.run ? -1 : a.at.run > b.at.run ? 1 : a.at.step - b.at.step);
}

/** Of each run only what one asks for first: the base, its last checkpoint, what another run began with, and what was evaluated by itself. */
export function keyCheckpoints(family: Family, { runs }: Results): TestedCheckpoint[] {
  const handed = new Set([...runs.values()].flatMap((r) => r.lineage.map(checkpointId)));
  return family.checkpoints.filter((c, i, list) => {
    const last = list.at(i + 1)?.at.run !== c.at.run;
    const evaluated = [...c.scores.values()].some((s) => isEvaluation(runs.get(s.result.run)?.method ?? ''));
    return last || c.stage === 'base' || handed.has(c.id) || evaluated;
  });
}

/** The first checkpoints of families that are in order, at most so many. */
export function firstOf(families: readonly Family[], most: number): Family[] {
  let left = most;
  return families.flatMap((f) => {
    const checkpoints = f.checkpoints.slice(0, left);
    left -= checkpoints.length;
    return checkpoints.length === 0 ? [] : [{ ...f, checkpoints }];
  });
}

/** The end of a way: a run whose last checkpoint was measured, and that trained something. */
export interface Way {
  /** The run at its end. */
  run: string;
  /** Base first, its last measured checkpoint at the end; those in between are what the next run began with. */
  stops: TestedCheckpoint[];
}

/** One per run that has results, RL before others, newest first. */
export function ways({ checkpoints, runs }: Results): Way[] {
  const last = new Map<string, RunStep>();
  for (const { at, run } of checkpoints.values())
    if (run && !isEvaluation(run.method) && at.step >= (last.get(at.run)?.step ?? 0)) last.set(at.run, at);
  const found = [...last.values()].map((end): Way => {
    const lineage = runs.get(end.run)!.lineage;
    const root = lineage.at(0)?.run ?? end.run;
    const stops = [{ run: root, step: 0 }, ...lineage, end];
    const once = stops.filter((s, i) => i === 0 || checkpointId(s) !== checkpointId(stops[i - 1]));
    return { run: end.run, stops: once.map((at) => checkpoints.get(checkpointId(at)) ?? checkpointAt(at, runs)) };
  });
  const first = (w: Way): number => (runs.get(w.run)!.stage === 'rl' ? 0 : 1);
  const created = (w: Way): string => runs.get(w.run)!.created;
  return found.sort((a, b) => first(a) - first(b) || (created(a) < created(b) ? 1 : -1));
}

/** `base`, `SFT`, `GRPO`: what a checkpoint is called after. */
export function methodLabel({ run, stage }: TestedCheckpoint): string {
  if (stage === 'base') return 'base';
  const method = run?.method ?? 'unknown';
  if (isEvaluation(method)) return 'evaluation';
  return methodText(method);
}
