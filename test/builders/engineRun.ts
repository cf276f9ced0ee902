/** Run directories for the embedded trainer, as a launcher would prepare them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { experimentSchema, type ExperimentInput } from '../../src/experiment/schema.js';
import type { RunEvent } from '../../src/protocol/events.js';
import { layout } from '../../src/protocol/layout.js';
import type { RunIdentity } from '../../src/protocol/runFiles.js';
import { shaken } from './shake.js';

/** Prepares `<runs>/<id>` with its run.json. @param rewardModel of a reward_model term */
export function prepareRun(
  runs: string,
  id: string,
  input: ExperimentInput,
  parent: RunIdentity['parent'] = null,
  rewardModel: RunIdentity['parent'] = null,
): string {
  const parsed = experimentSchema.parse(input);
  const experiment = { ...parsed, seed: shaken(parsed.seed) };
  const identity: RunIdentity = {
    v: 1,
    id,
    name: id,
    number: 1,
    experiment: { name: experiment.name, path: null, source: '', resolved: experiment },
    backend: experiment.backend,
    method: experiment.method.name,
    total_steps: experiment.steps,
    parent,
    reward_model: rewardModel,
    command: [],
    cwd: process.cwd(),
    git: null,
    host: hostname(),
    created: new Date().toISOString(),
    versions: {},
    seed: experiment.seed,
    threads: experiment.launch.threads ?? null,
  };
  const runDir = join(runs, id);
  mkdirSync(runDir, { recursive: true });
  writeFileSync(join(runDir, layout.identity), JSON.stringify(identity));
  return runDir;
}

export interface EngineEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
}

/** Starts dist/engine.cjs on a run directory; `fileBlocks` limits the size of its files (blocks of `ulimit -f`). */
export function startEngine(
  runDir: string,
  options: { resume?: boolean; fileBlocks?: number } = {},
): { child: ChildProcess; ended: Promise<EngineEnd> } {
  const command = [process.execPath, 'dist/engine.cjs', '--run', runDir, ...(options.resume ? ['--resume'] : [])];
  const limited = ['sh', '-c', `ulimit -f ${options.fileBlocks}; exec "$@"`, 'sh', ...command];
  const [program, ...args] = options.fileBlocks === undefined ? command : limited;
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<EngineEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stderr }));
  });
  return { child, ended };
}

/** The events of a run as they lie on disk, not checked. */
export const linesOf = (runDir: string): unknown[] =>
  readdirSync(join(runDir, layout.events))
    .sort()
    .flatMap((file) =>
      readFileSync(join(runDir, layout.events, file), 'utf8')
        .trim()
        .split('\n'),
    )
    .map((line) => JSON.parse(line) as unknown);

/** The events that can be read now: of a run that is being written, whose last line may be torn, or has none yet. */
export function eventsSoFar(runDir: string): RunEvent[] {
  const folder = join(runDir, layout.events);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1))
    .flatMap((line) => {
      // A process that was killed leaves half a line in the middle of a segment's end.
      try {
        return [JSON.parse(line) as RunEvent];
      } catch {
        return [];
      }
    });
}

/**
 * Waits, to the millisecond, for something in a run's events. They are read again only when there are more of them: what looks too often takes the
 * processor that the trainer needs.
 * @param isOver whether nothing more will come
 */
export async function untilEvents(
  runDir: string,
  holds: (events: RunEvent[]) => boolean,
  isOver: () => boolean = () => false,
): Promise<void> {
  const folder = join(runDir, layout.events);
  const bytes = (): number =>
    existsSync(folder) ? readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0) : 0;
  for (let known = -1; !isOver();) {
    const now = bytes();
    if (now !== known && holds(eventsSoFar(runDir))) return;
    known = now;
    await sleep(2);
  }
}
