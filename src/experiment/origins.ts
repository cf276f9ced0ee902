/** What an experiment builds on: the weights its policy starts from, and the reward model that its reward asks. */
import { methodNames, methods } from '../core/methods.js';
import type { Experiment } from './schema.js';
import type { KeyPath } from './yamlSource.js';

/** By the names that `run.json` has for them. */
export type OriginKind = 'parent' | 'reward_model';

/** A checkpoint of another run. */
export interface RunCheckpoint {
  run: string;
  step: number;
  /** Relative to that run's directory, with forward slashes. */
  checkpoint: string;
}

export interface Origin {
  kind: OriginKind;
  /** An experiment name or a run id, and @step when a certain one is meant. */
  from: string;
  /** Methods whose runs have what is wanted; any, when left out. */
  methods?: readonly string[];
}

/** The methods that train a reward model. */
export const rewardModelMethods: readonly string[] = methodNames.filter((name) => methods[name].trains === 'reward_model');

/** An origin and where the experiment names it. */
export type NamedOrigin = Origin & { path: KeyPath };

/** The policy's first: what a chain of experiments begins with is where its weights begin. */
export function originsOf({ policy, reward, method }: Pick<Experiment, 'policy' | 'reward' | 'method'>): NamedOrigin[] {
  const parent: NamedOrigin[] = 'from' in policy ? [{ kind: 'parent', from: policy.from, path: ['policy', 'from'] }] : [];
  const process = method.name === 'grpo' && method.supervision === 'process';
  const methods = process ? ['process-reward'] : rewardModelMethods;
  const models = reward.flatMap((r, i): NamedOrigin[] =>
    r.term === 'reward_model' ? [{ kind: 'reward_model', from: r.from, methods, path: ['reward', i, 'from'] }] : [],
  );
  return [...parent, ...models];
}

/**
 * Why a run or an experiment of a method does not have what is wanted; null when it does.
 * @param who its name or id
 */
export function whyUnfit({ methods }: Origin, who: string, method: string): string | null {
  if (!methods || methods.includes(method)) return null;
  const what = methods.length === 1 ? 'process reward model, which process supervision needs' : 'reward model';
  return `${who} has no ${what}: its method is ${method}. Name an experiment or a run whose method is ${methods.join(' or ')}.`;
}
