import type { Sequence } from './batch.js';
import { parameterCount } from './modelConfig.js';
import { checkUpdate, Model, type UpdateBatch } from './model.js';
import type { ValueObjective } from './modelObjective.js';
import type { Optimiser } from './optimiser.js';
import type { Programs } from './modelPrograms.js';

export interface ValueStats {
  /** Σ weight · token loss. */
  loss: number;
  /** Global gradient norm before clipping. */
  gradNorm: number;
  /** Per response token, before the parameter change. */
  value: Float32Array[];
}

/** A transformer that says one number per position: PPO's value model, and reward models. */
export class ScalarModel extends Model<'value'> {
  private constructor(programs: Programs, parameters: Float32Array) {
    super(programs, 'scalar', ['value'], parameters);
  }

  /** Begins with a policy's weights, except for the head, which is zero. @param policy its parameters */
  static reading(programs: Programs, policy: Float32Array): ScalarModel {
    const parameters = new Float32Array(parameterCount(programs.config, 'scalar'));
    // All that comes before the heads is laid out alike.
    parameters.set(policy.subarray(0, parameters.length - programs.config.width));
    return new ScalarModel(programs, parameters);
  }

  /** For each response token, what the model says before it has read it: V(q, o_<t). */
  async values(sequences: readonly Sequence[]): Promise<Float32Array[]> {
    this.check();
    return (await this.read(await this.programs.get('value'), sequences)).map((s) => s.value);
  }

  /** One AdamW step on Σ weight · objective. */
  async update(data: UpdateBatch, objective: ValueObjective, optimiser: Optimiser): Promise<ValueStats> {
    this.check();
    checkUpdate(data, objective);
    const { loss, gradNorm, outputs } = await this.learn(await this.programs.trainValue(objective), data, optimiser);
    return { loss, gradNorm, value: outputs.map((s) => s.value) };
  }
}
