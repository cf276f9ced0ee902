/** Makes run directories that are complete from the moment at which readers can see them. */
import { randomInt } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { largest } from '../core/extremes.js';
import type { Experiment } from '../experiment/schema.js';
import { PROTOCOL_VERSION } from '../protocol/events.js';
import type { RunIdentity } from '../protocol/runFiles.js';
import { writeIdentity } from '../protocol/identity.js';
import type { Origins } from './awaitOrigins.js';
import type { TrainerProgram } from './backend.js';
import { gitState } from './git.js';
import { runNames } from './originCandidates.js';
import { withLock } from './targets/local/lock.js';
import { thisMachine } from './targets/local/machine.js';
import { version } from '../../package.json';

export interface NewRun {
  experiment: Experiment;
  /** The file's text, frozen into the run. */
  source: string;
  /** Absolute path of the file, or null when there is none. */
  path: string | null;
  /** The checkpoints that it builds on, as far as they exist. */
  origins: Origins;
  /** The trainer's working directory. */
  cwd: string;
}

/** @returns the new run's directory, and the program that trains it; two launchers at once get two numbers and two directories */
export async function createRun(
  runsDir: string,
  run: NewRun,
  programFor: (experiment: Experiment, directory: string) => Promise<TrainerProgram>,
): Promise<{ directory: string; program: TrainerProgram }> {
  const { experiment } = run;
  const git = await gitState(run.cwd);
  let program: TrainerProgram | undefined;
  const directory = await claimRun(runsDir, experiment.name, async ({ id, name, number, directory }): Promise<RunIdentity> => {
    program = await programFor(experiment, directory);
    return {
      v: PROTOCOL_VERSION,
      id,
      name,
      number,
      experiment: { name: experiment.name, path: run.path, source: run.source, resolved: experiment },
      backend: experiment.backend,
      method: experiment.method.name,
      total_steps: experiment.steps,
      parent: run.origins.parent ?? null,
      reward_model: run.origins.reward_model,
      command: [...program.argv],
      cwd: run.cwd,
      git,
      host: thisMachine(),
      created: new Date().toISOString(),
      versions: { 'grpo-lab': version, ...program.versions },
      seed: experiment.seed,
      threads: program.resources.threads,
      ...((experiment.backend === 'embedded' || experiment.backend === 'python') && { sampling: samplingOf(experiment) }),
      // A server's log-probabilities are at a temperature that it does not tell.
      ...(experiment.backend === 'endpoint' && { sampling: { max_tokens: experiment.sampling.max_tokens } }),
    };
  });
  return { directory, program: program! };
}

/** The embedded trainer tempers what it draws from, not the log-probabilities that it writes; TRL tempers both. */
const samplingOf = ({ backend, sampling: { temperature, max_tokens } }: Experiment): RunIdentity['sampling'] => ({
  temperature,
  max_tokens,
  logp_temperature: backend === 'python' ? temperature : 1,
});

/** What a new run is called and where it will be. */
export interface Claim {
  id: string;
  name: string;
  number: number;
  directory: string;
}

/**
 * Takes the next number of an experiment and makes the directory of its run.
 * @param experiment name of the experiment
 * @param filled a hidden folder beside the runs that becomes the run; a new one when left out
 * @returns the run's directory, complete from the moment at which it can be seen; when something fails nothing is left, `filled` neither
 */
export async function claimRun(
  runsDir: string,
  experiment: string,
  identityFor: (claim: Claim) => Promise<RunIdentity> | RunIdentity,
  filled?: string,
): Promise<string> {
  await prepareRuns(runsDir);
  return withLock(join(runsDir, '.lock'), async () => {
    const number =
      1 +
      largest(
        (await runNames(runsDir)).map((n) => numberIn(n, experiment)),
        0,
      );
    const name = `${experiment}-${number}`;
    const id = `${name}-${randomSuffix()}`;
    const directory = join(runsDir, id);
    // A name that readers pass over until everything is in place.
    const hidden = filled ?? join(runsDir, `.${id}`);
    try {
      const identity = await identityFor({ id, name, number, directory });
      await mkdir(hidden, { recursive: true });
      writeIdentity(hidden, identity);
      await rename(hidden, directory);
    } catch (error) {
      await rm(hidden, { recursive: true, force: true });
      throw error;
    }
    return directory;
  });
}

/** Makes the runs folder, with a .gitignore of its own that keeps it out of version control. */
export async function prepareRuns(runsDir: string): Promise<void> {
  await mkdir(runsDir, { recursive: true });
  await writeFile(join(dirname(runsDir), '.gitignore'), '*\n', { flag: 'wx' }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
}

/** 3 for `arith-sft-3-k3f9` of the experiment `arith-sft`; 0 for any other name. */
function numberIn(name: string, experiment: string): number {
  const rest = name.startsWith(`${experiment}-`) ? /^(\d{1,9})-[a-z0-9]{4}$/.exec(name.slice(experiment.length + 1)) : null;
  return rest ? Number(rest[1]) : 0;
}

/** Without vowels and look-alikes: no words, nothing to misread. */
const alphabet = 'bcdfghjkmnpqrstvwxz23456789';
const randomSuffix = (): string => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('');
