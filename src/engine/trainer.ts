import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { describeIssue } from '../core/describeIssue.js';
import { experimentSchema, type EmbeddedExperiment, type Experiment } from '../experiment/schema.js';
import { originCheckpoint } from '../protocol/checkpointPath.js';
import { layout } from '../protocol/layout.js';
import type { RunIdentity } from '../protocol/runFiles.js';
import { IdentityError, readIdentity } from '../protocol/identity.js';
import { CheckpointError, checkpointPath, checkpointSteps, readCheckpoint, type Checkpoint, type Section } from './checkpoint.js';
import { Corpus } from './corpus/corpus.js';
import { methodOf } from './methods/index.js';
import type { Method } from './methods/method.js';
import { presetConfig, type ModelConfig } from './model/modelConfig.js';
import { Policy, type Sequence } from './model/policy.js';
import type { ScalarModel } from './model/scalarModel.js';
import { Random } from './random.js';
import { RewardModel } from './rewardModel.js';
import { vocabulary } from './tokenizer.js';

/** Everything a run is made of: what it was asked to do, and where it stands. */
export interface Trainer {
  runDir: string;
  experiment: EmbeddedExperiment;
  method: Method;
  /** π_θ. */
  policy: Policy;
  /** π_ref: the policy as the run began; present when the method asks for it. */
  reference: Policy | undefined;
  /** V_ψ; present when the method asks for it. */
  critic: ScalarModel | undefined;
  /** r_φ: what the method trains, or what the reward's reward_model term asks. */
  rewardModel: RewardModel | undefined;
  /** The documents of a mixture; present when the data are one. */
  corpus: Corpus | undefined;
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
  const parent = saved ? undefined : readOther(runDir, identity.parent);
  const policy = await Policy.create(modelOf(experiment, saved ?? parent), { seed: experiment.seed, threads });
  if (parent) restore(policy.parameters, parent, 'parameters', runDir);
  const trainer: Trainer = {
    runDir,
    experiment,
    method,
    policy,
    reference: method.needs.reference ? policy.clone() : undefined,
    critic: method.needs.critic ? policy.scalarModel() : undefined,
    rewardModel: rewardModelOf(policy, method, experiment, () => saved ?? readOther(runDir, identity.reward_model ?? null)),
    corpus: 'generator' in experiment.data ? undefined : new Corpus(experiment.data, experiment.seed),
    random: { data: Random.derive(experiment.seed, 'data'), sample: Random.derive(experiment.seed, 'sample') },
    step: 0,
    tokens: 0,
    resumedFrom: path,
  };
  if (saved) resumeAt(trainer, saved);
  return trainer;
}

/** The trained models and their names in checkpoints; a frozen one has parameters only. */
function* modelsOf(t: Trainer): Generator<[name: 'policy' | 'critic' | 'reward_model', model: Policy | ScalarModel]> {
  yield ['policy', t.policy];
  if (t.critic) yield ['critic', t.critic];
  if (t.rewardModel) yield ['reward_model', t.rewardModel.model];
}

/** Sections of a model; the policy's have kept their names from when it was the only one. */
const sectionsOf = (name: 'policy' | 'critic' | 'reward_model'): { parameters: Section; m: Section; v: Section } =>
  name === 'policy' ? { parameters: 'parameters', m: 'm', v: 'v' } : { parameters: name, m: `${name}.m` as const, v: `${name}.v` as const };

/** All that `openTrainer` needs to continue exactly here. */
export function snapshot(t: Trainer): Checkpoint {
  const arrays: Checkpoint['arrays'] = {};
  const updates: Checkpoint['model_updates'] = {};
  for (const [name, model] of modelsOf(t)) {
    const sections = sectionsOf(name);
    arrays[sections.parameters] = model.parameters;
    if (model.updates > 0) {
      arrays[sections.m] = model.moments.m;
      arrays[sections.v] = model.moments.v;
    }
    if (name !== 'policy') updates[name] = model.updates;
  }
  if (t.reference) arrays.reference = t.reference.parameters;
  return {
    step: t.step,
    updates: t.policy.updates,
    model_updates: updates,
    tokens: t.tokens,
    seed: t.experiment.seed,
    threads: t.policy.threads,
    model: t.policy.config,
    random: { data: [...t.random.data.state], sample: [...t.random.sample.state] },
    ...(t.corpus && { corpus: t.corpus.state }),
    ...(t.rewardModel && {
      reward_model: {
        kind: t.rewardModel.kind,
        calibration: t.rewardModel.calibration,
        history: t.rewardModel.history.map(([right, wrong]) => [plain(right), plain(wrong)]),
      },
    }),
    arrays,
  };
}

function readRun(runDir: string): { identity: RunIdentity; experiment: EmbeddedExperiment } {
  const file = join(runDir, layout.identity);
  const identity = readIdentity(runDir);
  if (!identity) throw new IdentityError(file, 'it is not there. Name the directory of a run that was launched.');
  const experiment = experimentSchema.safeParse(identity.experiment.resolved);
  if (!experiment.success) throw new IdentityError(file, `experiment.resolved: ${describeIssue(experiment.error)}`);
  const { backend, data, ...rest } = experiment.data;
  if (backend !== 'embedded' || 'dataset' in data || 'questions' in data)
    throw new IdentityError(file, 'it is not a run of the embedded trainer.');
  return { identity, experiment: { ...rest, backend, data } };
}

/** Runs lie beside each other: another's checkpoint is found from this run's directory. */
function readOther(runDir: string, other: RunIdentity['parent']): Checkpoint | undefined {
  return other ? readCheckpoint(originCheckpoint(dirname(runDir), other)) : undefined;
}

/**
 * The reward model that the method trains (it begins by reading as the policy does), or the one that the reward asks.
 * @param read the checkpoint that holds it
 */
function rewardModelOf(policy: Policy, method: Method, e: Experiment, read: () => Checkpoint | undefined): RewardModel | undefined {
  if (method.needs.rewardModel) return new RewardModel(method.needs.rewardModel, policy.scalarModel());
  const term = e.reward.find((r) => r.term === 'reward_model');
  if (!term) return undefined;
  const saved = read();
  if (!saved) throw new Error(`The reward asks ${term.from}, but run.json names no reward model. Launch it with grpo-lab run.`);
  if (!saved.reward_model) {
    const advice = 'Name an experiment whose method is outcome-reward or process-reward.';
    throw new CheckpointError(`of step ${saved.step} of ${term.from}`, `it holds no reward model. ${advice}`);
  }
  const { kind } = saved.reward_model;
  const model = new RewardModel(kind, policy.scalarModel());
  restore(model.model.parameters, saved, 'reward_model', term.from);
  recall(model, saved);
  return model;
}

const plain = ({ prompt, response }: Sequence): [number[], number[]] => [[...prompt], [...response]];

function recall(model: RewardModel, { reward_model }: Checkpoint): void {
  if (!reward_model) return;
  model.calibration = reward_model.calibration;
  const sequence = ([prompt, response]: readonly [number[], number[]]) => ({ prompt, response });
  model.history = reward_model.history.map(([right, wrong]) => [sequence(right), sequence(wrong)]);
}

function modelOf(experiment: Experiment, from: Checkpoint | undefined): ModelConfig {
  if (from && from.model.vocabulary !== vocabulary) {
    const reason = `its model has ${from.model.vocabulary} token ids, this version's tokenizer has ${vocabulary}. Train it again with this version.`;
    throw new CheckpointError(`of step ${from.step}`, reason);
  }
  if (from) return from.model;
  if ('preset' in experiment.policy) return presetConfig(experiment.policy.preset, vocabulary);
  const { policy } = experiment;
  const origin = 'from' in policy ? policy.from : 'model' in policy ? policy.model : policy.endpoint.url;
  throw new Error(`The policy starts from ${origin}, but run.json names no parent. Launch it with grpo-lab run.`);
}

function resumeAt(t: Trainer, saved: Checkpoint): void {
  for (const [name, model] of modelsOf(t)) {
    const sections = sectionsOf(name);
    restore(model.parameters, saved, sections.parameters, t.runDir);
    model.updates = name === 'policy' ? saved.updates : (saved.model_updates[name] ?? 0);
    if (model.updates > 0) {
      restore(model.moments.m, saved, sections.m, t.runDir);
      restore(model.moments.v, saved, sections.v, t.runDir);
    }
  }
  if (t.reference) restore(t.reference.parameters, saved, 'reference', t.runDir);
  if (t.rewardModel) recall(t.rewardModel, saved);
  t.corpus?.restore(saved.corpus ?? []);
  t.random = { data: Random.restore(saved.random.data), sample: Random.restore(saved.random.sample) };
  t.step = saved.step;
  t.tokens = saved.tokens;
}

function restore(into: Float32Array, from: Checkpoint, section: Section, runDir: string): void {
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
