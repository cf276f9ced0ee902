/** Runs of the embedded trainer that are kept: a finished one is not run again, one that was broken off goes on. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointPath, checkpointSteps } from '../../../src/engine/checkpoint.js';
import type { ExperimentInput } from '../../../src/experiment/schema.js';
import type { RunEvent } from '../../../src/protocol/events.js';
import type { RunIdentity } from '../../../src/protocol/runFiles.js';
import { eventsSoFar, prepareRun, startEngine } from '../../builders/engineRun.js';
import { watchMemory } from '../memory.js';

export interface Finished {
  events: RunEvent[];
  /** The most memory that its process held; null where the system does not tell. */
  peakBytes: number | null;
}

/** What a run begins with. */
export interface Origins {
  parent?: RunIdentity['parent'];
  rewardModel?: RunIdentity['parent'];
}

/** The newest checkpoint of a run. */
export function newestOf(folder: string, run: string): NonNullable<RunIdentity['parent']> {
  const step = checkpointSteps(join(folder, run)).at(-1)!;
  return { run, step, checkpoint: checkpointPath(step) };
}

/** @throws with what the trainer said when it fails */
export async function finish(folder: string, experiment: ExperimentInput, { parent, rewardModel }: Origins = {}): Promise<Finished> {
  const { name } = experiment;
  const runDir = join(folder, name);
  const memory = join(runDir, 'peak-bytes');
  if (!eventsSoFar(runDir).some((e) => e.type === 'status' && e.state === 'finished')) {
    const there = existsSync(runDir);
    if (!there) prepareRun(folder, name, experiment, parent, rewardModel);
    const { child, ended } = startEngine(runDir, { resume: there });
    const peak = watchMemory(child.pid!);
    const end = await ended;
    // Kept beside the run, for a comparison that goes on later.
    writeFileSync(memory, String(peak() ?? ''));
    if (end.code !== 0) throw new Error(`${name} ended with ${end.code ?? end.signal}: ${end.stderr}`);
  }
  const recorded = existsSync(memory) ? readFileSync(memory, 'utf8') : '';
  return { events: eventsSoFar(runDir), peakBytes: recorded === '' ? null : Number(recorded) };
}
