/** Trains runs with the product's own trainer, in this process: those that are there are not trained again. */
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mulberry32 } from '../../../src/core/mulberry32.js';
import { hash64 } from '../../../src/core/hash.js';
import { checkpointPath } from '../../../src/engine/checkpoint.js';
import { Journal } from '../../../src/engine/journal.js';
import { Loop } from '../../../src/engine/loop.js';
import { openTrainer } from '../../../src/engine/trainer.js';
import type { ExperimentInput } from '../../../src/experiment/schema.js';
import type { EventBody } from '../../../src/protocol/events.js';
import type { RunIdentity } from '../../../src/protocol/runFiles.js';
import { RunWriter } from '../../../src/protocol/runWriter.js';
import { eventsSoFar, prepareRun } from '../../builders/engineRun.js';
import { healthyShapes, onsets, plateau, start, stepsAfter, training } from './experiments.js';
import { failing, failures, type Bred, type Failure } from './failures.js';

/** A run that is to be judged. */
export interface BredRun {
  id: string;
  /** Null: nothing is wrong with it. */
  failure: Failure | null;
  kind: 'failure' | 'healthy' | 'plateau';
  seed: number;
  /** Null where nothing begins. */
  onset: number | null;
  experiment: ExperimentInput;
  /** The run that it goes on from, in its own first steps; null: none. */
  before: ExperimentInput | null;
}

export interface Plan {
  /** Seeds of the weights that runs begin with: another one after every four seeds. */
  starts: readonly number[];
  /** The first seed; the others follow it. */
  first: number;
  /** Runs of each failure. */
  seeds: number;
  /** Runs in which nothing is wrong, of seeds of their own: 100 and 200 behind the first. */
  healthy: number;
  plateaus: number;
}

/** The failures of a seed begin at one step and go on from one run: what comes before is trained once. */
export function planned({ starts, first, seeds, healthy, plateaus }: Plan): BredRun[] {
  const from = (seed: number): string => `start-${starts[Math.floor(seed / 4) % starts.length]}`;
  const failing = Array.from({ length: seeds }, (_, i) => first + i).flatMap((seed) => {
    const onset = onsetOf(seed);
    const before = { ...training(`before-${seed}`, from(seed), seed), steps: onset - 1, checkpoints: { every: onset - 1 } };
    return failures.map((failure): BredRun => {
      const id = `${failure.id}-${seed}`;
      const begins = failure.fromStart ? 1 : onset;
      const usual = { ...training(id, from(seed), seed), steps: begins + stepsAfter };
      const experiment = failure.experiment?.(usual) ?? usual;
      return { id, failure, kind: 'failure', seed, onset: begins, experiment, before: failure.fromStart ? null : before };
    });
  });
  const sound = (kind: 'healthy' | 'plateau', seedsFrom: number, many: number): BredRun[] =>
    Array.from({ length: many }, (_, i) => {
      const seed = seedsFrom + i;
      const id = `${kind}-${seed}`;
      const shape = kind === 'healthy' ? healthyShapes[i % healthyShapes.length] : plateau;
      return { id, failure: null, kind, seed, onset: null, experiment: shape(training(id, from(seed), seed)), before: null };
    });
  // In turns, so that a calibration that is broken off has some of all.
  return inTurns(seeds, [failing, sound('healthy', first + 100, healthy), sound('plateau', first + 200, plateaus)]);
}

/** So many turns, in each of which the next part of every list comes. */
function inTurns<T>(turns: number, lists: readonly (readonly T[])[]): T[] {
  const part = (list: readonly T[], turn: number): readonly T[] =>
    list.slice(Math.floor((turn * list.length) / turns), Math.floor(((turn + 1) * list.length) / turns));
  return Array.from({ length: turns }, (_, turn) => lists.flatMap((list) => part(list, turn))).flat();
}

/** By chance, but the same each time. */
function onsetOf(seed: number): number {
  const random = mulberry32(seed);
  return onsets.first + Math.floor(random() * (onsets.last - onsets.first + 1));
}

/** @param runs the folder of runs */
export async function breed(runs: string, run: BredRun): Promise<void> {
  const { policy } = run.experiment;
  if (!('from' in policy)) throw new Error(`${run.id} begins with nothing.`);
  const weights = start(policy.from, Number(policy.from.replace('start-', '')));
  const parent = { run: weights.name, step: weights.steps, checkpoint: checkpointPath(weights.steps) };
  await trained(runs, weights, null);
  if (run.before) await trained(runs, run.before, parent);
  const { failure, onset } = run;
  const random = mulberry32(hash64(`${run.id} by chance`)[0]);
  await trained(runs, run.experiment, parent, {
    goesOnFrom: run.before?.name ?? null,
    failing: failure && { failure, onset: onset!, random },
  });
}

interface How {
  /** The run whose steps it goes on from. */
  goesOnFrom: string | null;
  failing: (Bred & { failure: Failure }) | null;
}

/** One run, whole. */
export async function trained(
  runs: string,
  experiment: ExperimentInput,
  parent: RunIdentity['parent'],
  { goesOnFrom, failing: bred }: How = { goesOnFrom: null, failing: null },
): Promise<void> {
  const { name } = experiment;
  const runDir = join(runs, name);
  if (isFinished(runDir, experiment.steps)) return;
  if (existsSync(runDir)) rmSync(runDir, { recursive: true });
  if (goesOnFrom !== null) cpSync(join(runs, goesOnFrom), runDir, { recursive: true });
  prepareRun(runs, name, experiment, parent);
  const file = RunWriter.open(runDir);
  const trainer = await openTrainer(runDir, goesOnFrom !== null);
  if (bred) trainer.method = failing(trainer.method, bred.failure, bred);
  const changed = (event: EventBody): EventBody =>
    bred?.failure.event !== undefined && trainer.step >= bred.onset ? bred.failure.event(bred, event) : event;
  const journal = new Journal(trainer, { append: (event) => file.append(changed(event)) });
  try {
    if (goesOnFrom !== null) journal.resumed();
    journal.status('running', 'starting');
    journal.status(await new Loop(trainer, journal).run(() => false), 'all steps done');
  } finally {
    file.close();
    await trainer.reference?.dispose();
    await trainer.policy.dispose();
  }
}

/** Whether it is there, whole. */
export const isBred = (runs: string, { id, experiment }: BredRun): boolean => isFinished(join(runs, id), experiment.steps);

const isFinished = (runDir: string, steps: number): boolean =>
  eventsSoFar(runDir).some((e) => e.type === 'status' && e.state === 'finished' && e.step === steps);
