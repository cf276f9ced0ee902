import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { CheckpointError, readCheckpoint, type Checkpoint } from '../checkpoint.js';
import { Policy, type Sample } from '../model/policy.js';
import { Random } from '../random.js';
import { decode, endToken, promptTokens, vocabulary } from '../tokenizer.js';

export interface GroupRequest {
  /** Path of the checkpoint file. */
  checkpoint: string;
  question: string;
  size: number;
  temperature: number;
  max_tokens: number;
  seed: number;
}

/** The text that was written since the last time: solution, and what came after. */
export type Parts = [index: number, more: string][];

/** Often enough to look live, seldom enough that telling costs nothing. */
const tellEveryMs = 40;

/** Samples groups from checkpoint files; the policy of the last one stays loaded. */
export class CheckpointSampler {
  private loaded: { key: string; policy: Policy } | undefined;

  /**
   * @param tell hears what was written; between two calls other work of the process gets its turn
   * @throws CheckpointError, or the reason of the signal
   */
  async sample(r: GroupRequest, tell: (parts: Parts) => void, signal: AbortSignal): Promise<Sample[]> {
    const prompt = promptTokens(r.question);
    const policy = await this.policyOf(r.checkpoint);
    const written = new Map<number, string>();
    let told = performance.now();
    const flush = (): void => {
      if (written.size > 0) tell([...written]);
      written.clear();
      told = performance.now();
    };
    const samples = await policy.sample(
      Array.from({ length: r.size }, () => prompt),
      {
        maxTokens: r.max_tokens,
        temperature: r.temperature,
        endToken,
        random: Random.derive(r.seed, 'sample').next,
        drawn: async (tokens) => {
          for (const { row, token } of tokens) written.set(row, (written.get(row) ?? '') + decode([token]).text);
          if (performance.now() - told < tellEveryMs) return;
          flush();
          // Requests arrive between turns of the event loop, which the graphs block.
          await setImmediate();
          signal.throwIfAborted();
        },
      },
    );
    flush();
    return samples;
  }

  private async policyOf(file: string): Promise<Policy> {
    const stat = statSync(file, { throwIfNoEntry: false });
    const key = `${file} ${stat?.mtimeMs} ${stat?.size}`;
    if (this.loaded?.key === key) return this.loaded.policy;
    const policy = await policyFrom(file, readCheckpoint(file));
    await this.loaded?.policy.dispose();
    this.loaded = { key, policy };
    return policy;
  }
}

async function policyFrom(file: string, { model, seed, threads, arrays }: Checkpoint): Promise<Policy> {
  if (model.vocabulary !== vocabulary)
    throw new CheckpointError(file, `its model has ${model.vocabulary} token ids, this version's tokenizer has ${vocabulary}.`);
  const policy = await Policy.create(model, { seed, threads: Math.min(threads, availableParallelism()) });
  if (arrays.parameters?.length !== policy.parameters.length)
    throw new CheckpointError(file, `it holds ${arrays.parameters?.length ?? 0} parameters, its model needs ${policy.parameters.length}.`);
  policy.parameters.set(arrays.parameters);
  return policy;
}
