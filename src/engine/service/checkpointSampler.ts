import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { Generator } from '../../experiment/data.js';
import { CheckpointError, readCheckpoint, type Checkpoint, type Section } from '../checkpoint.js';
import { Policy, type Sample } from '../model/policy.js';
import type { DrawnToken } from '../model/tokenSampler.js';
import { Random } from '../random.js';
import { RewardModel } from '../rewardModel.js';
import { stepEnds } from '../stepEnds.js';
import { usesTools } from '../tasks/generators.js';
import { decode, encode, endToken, promptTokens, unknownToken, vocabulary } from '../tokenizer.js';
import { writeResponses, type ModelResponse } from '../tools/responses.js';

export interface GroupRequest {
  /** Path of the checkpoint file. */
  checkpoint: string;
  question: string;
  size: number;
  temperature: number;
  max_tokens: number;
  seed: number;
  /** Of the questions that the policy learned from; null when unknown. */
  generator: Generator | null;
}

/** The text that was written since the last time: solution, and what came after. */
export type Parts = [index: number, more: string][];

export interface SampledResponses {
  samples: ModelResponse[];
  /** What the reward model of the checkpoint says of each, a probability of being right; null where it holds none. */
  model: number[] | null;
  /** Characters of the question for which the policy has no token. */
  unknown: string[];
}

interface Loaded {
  policy: Policy;
  rewardModel: RewardModel | undefined;
}

/** Often enough to look live, seldom enough that telling costs nothing. */
const tellEveryMs = 40;

/** Samples groups from checkpoint files; the policy of the last one stays loaded. */
export class CheckpointSampler {
  private loaded: (Loaded & { key: string }) | undefined;

  /**
   * @param tell hears what was written; between two calls other work of the process gets its turn
   * @throws CheckpointError, or the reason of the signal
   */
  async sample(r: GroupRequest, tell: (parts: Parts) => void, signal: AbortSignal): Promise<SampledResponses> {
    const prompt = promptTokens(r.question);
    const { policy, rewardModel } = await this.load(r.checkpoint);
    const written = new Map<number, string>();
    let lastReport = performance.now();
    const flush = (): void => {
      if (written.size > 0) tell([...written]);
      written.clear();
      lastReport = performance.now();
    };
    const drawn = async (tokens: readonly DrawnToken[]): Promise<void> => {
      for (const { row, token } of tokens) written.set(row, (written.get(row) ?? '') + decode([token]).text);
      if (performance.now() - lastReport < tellEveryMs) return;
      flush();
      // Requests arrive between turns of the event loop, which the graphs block.
      await setImmediate();
      signal.throwIfAborted();
    };
    const random = Random.derive(r.seed, 'sample').next;
    const tools = r.generator !== null && usesTools(r.generator);
    const samples = await writeResponses(
      policy,
      Array.from({ length: r.size }, () => prompt),
      { maxTokens: r.max_tokens, temperature: r.temperature, endToken, random, drawn, tools },
    );
    flush();
    const unknown = [...new Set(r.question)].filter((c) => encode(c)[0] === unknownToken);
    return { samples, model: rewardModel ? await judged(rewardModel, prompt, samples) : null, unknown };
  }

  private async load(file: string): Promise<Loaded> {
    const stat = statSync(file, { throwIfNoEntry: false });
    const key = `${file} ${stat?.mtimeMs} ${stat?.size}`;
    if (this.loaded?.key === key) return this.loaded;
    const loaded = await loadFrom(file, readCheckpoint(file));
    const before = this.loaded;
    this.loaded = { key, ...loaded };
    await before?.rewardModel?.model.dispose();
    await before?.policy.dispose();
    return loaded;
  }
}

async function loadFrom(file: string, saved: Checkpoint): Promise<Loaded> {
  const { model, seed, threads } = saved;
  if (model.vocabulary !== vocabulary)
    throw new CheckpointError(file, `its model has ${model.vocabulary} token ids, this version's tokenizer has ${vocabulary}.`);
  const policy = await Policy.create(model, { seed, threads: Math.min(threads, availableParallelism()) });
  fill(policy.parameters, 'parameters', file, saved);
  if (!saved.reward_model) return { policy, rewardModel: undefined };
  const rewardModel = new RewardModel(saved.reward_model.kind, policy.scalarModel());
  fill(rewardModel.model.parameters, 'reward_model', file, saved);
  rewardModel.calibration = saved.reward_model.calibration;
  return { policy, rewardModel };
}

function fill(parameters: Float32Array, section: Section, file: string, { arrays }: Checkpoint): void {
  const saved = arrays[section];
  if (saved?.length !== parameters.length)
    throw new CheckpointError(file, `its section "${section}" holds ${saved?.length ?? 0} numbers, the model needs ${parameters.length}.`);
  parameters.set(saved);
}

async function judged(rewardModel: RewardModel, prompt: readonly number[], samples: readonly Sample[]): Promise<number[]> {
  const sequences = samples.map((s) => ({ prompt, response: s.tokens }));
  const scores = await rewardModel.scores(
    sequences,
    samples.map((s) => stepEnds(decode(s.tokens))),
  );
  return scores.map((score) => rewardModel.probability(score));
}
