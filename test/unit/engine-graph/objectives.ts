import { maxLogRatio } from '../../../src/core/kl.js';
import { clip, exp, min, mul, neg, sub } from '../../../src/engine/graph/index.js';
import type { TokenObjective } from '../../../src/engine/model/objective.js';

export const sft: TokenObjective = { name: 'sft', inputs: [], loss: (t) => neg(t.logp) };

export const grpo = (epsilon: number, beta: number): TokenObjective => ({
  name: 'grpo',
  inputs: ['advantage', 'logpOld', 'logpRef'],
  loss: (t) => {
    const ratio = exp(clip(sub(t.logp, t.logpOld), -maxLogRatio, maxLogRatio));
    const surrogate = min(mul(ratio, t.advantage), mul(clip(ratio, 1 - epsilon, 1 + epsilon), t.advantage));
    const logRatioRef = clip(sub(t.logpRef, t.logp), -maxLogRatio, maxLogRatio);
    const kl = sub(sub(exp(logRatioRef), logRatioRef), 1);
    return neg(sub(surrogate, mul(kl, beta)));
  },
});
