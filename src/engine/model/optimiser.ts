import type { InferenceSession } from 'onnxruntime-node';
import { floats } from './batch.js';

export interface Optimiser {
  learningRate: number;
  beta1: number;
  beta2: number;
  /** Decoupled weight decay λ. */
  weightDecay: number;
  /** The gradient is scaled down to this global norm. */
  maxGradNorm: number;
}

/** What AdamW changes: parameters and the two moments of their gradients, all of one length. */
export interface AdamState {
  parameters: Float32Array;
  m: Float32Array;
  v: Float32Array;
}

export const newAdamState = (size: number): AdamState => ({
  parameters: new Float32Array(size),
  m: new Float32Array(size),
  v: new Float32Array(size),
});

/**
 * The t-th AdamW step (t from 1), written into `next`: inputs and outputs of a run may not share memory.
 * @param session compiled from `adamGraph`
 * @returns global gradient norm before clipping
 */
export async function adamStep(
  session: InferenceSession,
  state: AdamState,
  next: AdamState,
  gradient: Float32Array,
  t: number,
  o: Optimiser,
): Promise<number> {
  const flat = (data: Float32Array) => floats(data, [data.length]);
  const scalar = (x: number) => floats(Float32Array.of(x), []);
  const out = await session.run(
    {
      parameters: flat(state.parameters),
      m: flat(state.m),
      v: flat(state.v),
      gradient: flat(gradient),
      learningRate: scalar(o.learningRate),
      beta1: scalar(o.beta1),
      beta2: scalar(o.beta2),
      decay: scalar(o.weightDecay),
      maxGradNorm: scalar(o.maxGradNorm),
      correction1: scalar(1 - o.beta1 ** t),
      correction2: scalar(1 - o.beta2 ** t),
    },
    { gradNorm: null, newParameters: flat(next.parameters), newM: flat(next.m), newV: flat(next.v) },
  );
  const gradNorm = (out.gradNorm.data as Float32Array)[0];
  if (!Number.isFinite(gradNorm))
    throw new Error(`The gradient norm is ${gradNorm}: the parameters have diverged. Lower the learning rate.`);
  return gradNorm;
}
