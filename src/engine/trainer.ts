import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { experimentSchema, type EmbeddedExperiment, type Experiment } from '../experiment/schema.js';
import { layout, type RunIdentity } from '../protocol/events.js';
import { describeIssue, IdentityError, readIdentity } from '../protocol/identity.js';
import { CheckpointError, checkpointPath, checkpointSteps, readCheckpoint, type Checkpoint } from './checkpoint.js';
import { methodOf } from './methods/index.js';
import type { Method } from './methods/method.js';
import { presetConfig, type ModelConfig } from './model/config.js';
import { Policy } from './model/policy.js';
import { Random } from './random.js';
import { vocabulary } from './tokenizer.js';

/** Everything a run is made of: what it was asked to do, and where it stands. */
export interface Trainer {
  runDir: string;
  experiment: EmbeddedExperiment;
  method: Method;
  /** π_θ. */
  policy: Policy;
  /** π_ref: the policy as the run began; present when the method's objective reads it. */
  reference?: Policy;
  /** Streams by purpose: which questions, and which tokens. */
  random: { data: Random; sample: Random };
  /** Finished steps. */
  step: number;
  /** Response tokens trained on so far. */
  tokens: number;
  /** The checkpoint it continues, relative to the run directory. */
  resumedFrom: string | null;
}

/**
 * Prepares a run from its directory: fresh, from a parent's weights, or exactly where its newest checkpoint stands.
 * @throws IdentityError, CheckpointError
 */
export async function openTrainer(runDir: string, resume: boolean): Promise<Trainer> {
  const { identity, experiment } = readRun(runDir);
  const newest = resume ? checkpointSteps(runDir).at(-1) : undefined;
  const path = newest === undefined ? null : checkpointPath(newest);
  const saved = path === null ? undefined : readCheckpoint(join(runDir, path));
  // A resumed run is the same run only with the threads it began with.
  const threads = saved?.threads ?? identity.threads ?? experiment.launch.threads ?? Math.min(4, availableParallelism());

  const method = methodOf(experiment.method);
  const parent = saved ? undefined : readParent(runDir, identity.parent);
  const policy = await Policy.create(modelOf(experiment, saved ?? parent), { seed: experiment.seed, threads });
  if (parent) restore(policy.parameters, parent, 'parameters', runDir);
  const reference = method.objective.inputs.includes('logpRef') ? policy.clone() : undefined;
  const trainer: Trainer = {
    runDir,
    experiment,
    method,
    policy,
    reference,
    random: { data: Random.derive(experiment.seed, 'data'), sample: Random.derive(experiment.seed, 'sample') },
    step: 0,
    tokens: 0,
    resumedFrom: path,
  };
  if (saved) resumeAt(trainer, saved);
  return trainer;
}

/** All that `openTrainer` needs to continue exactly here. */
export function snapshot(t: Trainer): Checkpoint {
  return {
    step: t.step,
    updates: t.policy.updates,
    tokens: t.tokens,
    seed: t.experiment.seed,
    threads: t.policy.threads,
    model: t.policy.config,
    random: { data: [...t.random.data.state], sample: [...t.random.sample.state] },
    arrays: {
      parameters: t.policy.parameters,
      m: t.policy.moments.m,
      v: t.policy.moments.v,
      ...(t.reference && { reference: t.reference.parameters }),
    },
  };
}

function readRun(runDir: string): { identity: RunIdentity; experiment: EmbeddedExperiment } {
  const file = join(runDir, layout.identity);
  const identity = readIdentity(runDir);
  if (!identity) throw new IdentityError(file, 'it is not there. Name the directory of a run that was launched.');
  const experiment = experimentSchema.safeParse(identity.experiment.resolved);
  if (!experiment.success) throw new IdentityError(file, `experiment.resolved: ${describeIssue(experiment.error)}`);
  const { backend, data, ...rest } = experiment.data;
  if (backend !== 'embedded' || !('generator' in data)) throw new IdentityError(file, 'it is not a run of the embedded trainer.');
  return { identity, experiment: { ...rest, backend, data } };
}

/** Runs stand side by side: a parent's checkpoint is found from the run's own directory. */
function readParent(runDir: string, parent: RunIdentity['parent']): Checkpoint | undefined {
  return parent ? readCheckpoint(join(dirname(runDir), basename(parent.run), parent.checkpoint)) : undefined;
}

function modelOf(experiment: Experiment, from: Checkpoint | undefined): ModelConfig {
  if (from && from.model.vocabulary !== vocabulary) {
    const reason = `its model has ${from.model.vocabulary} token ids, this version's tokenizer has ${vocabulary}. Train it again with this version.`;
    throw new CheckpointError(`of step ${from.step}`, reason);
  }
  if (from) return from.model;
  if ('preset' in experiment.policy) return presetConfig(experiment.policy.preset, vocabulary);
  const origin = 'from' in experiment.policy ? experiment.policy.from : experiment.policy.model;
  throw new Error(`The policy starts from ${origin}, but run.json names no parent. Launch it with grpo-lab run.`);
}

function resumeAt(t: Trainer, saved: Checkpoint): void {
  restore(t.policy.parameters, saved, 'parameters', t.runDir);
  restore(t.policy.moments.m, saved, 'm', t.runDir);
  restore(t.policy.moments.v, saved, 'v', t.runDir);
  if (t.reference) restore(t.reference.parameters, saved, 'reference', t.runDir);
  t.policy.updates = saved.updates;
  t.random = { data: Random.restore(saved.random.data), sample: Random.restore(saved.random.sample) };
  t.step = saved.step;
  t.tokens = saved.tokens;
}

function restore(into: Float32Array, from: Checkpoint, section: keyof Checkpoint['arrays'], runDir: string): void {
  const saved = from.arrays[section];
  if (saved?.length !== into.length) {
    const got = saved ? `${saved.length} numbers` : 'nothing';
    throw new CheckpointError(
      `of step ${from.step} for ${runDir}`,
      `its section "${section}" holds ${got}, the model needs ${into.length}.`,
    );
  }
  into.set(saved);
}
