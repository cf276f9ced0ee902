import type { SettingsOf } from '../../experiment/schema.js';
import { neg } from '../graph/index.js';
import { promptTokens, responseTokens } from '../tokenizer.js';
import { perOutputMean, type Method } from './method.js';

/**
 * Supervised fine-tuning: data are worked solutions, there is no reward, and the gradient coefficient is 1:
 * loss = −1/N Σ_i 1/|o_i| Σ_t log π_θ(o_it | q_i, o_i<t).
 * Source: DeepSeekMath, appendix A.1.1.
 */
export function sft(settings: SettingsOf<'sft'>): Method {
  return {
    objective: { name: 'sft', inputs: [], loss: ({ logp }) => neg(logp) },
    updates: 1,
    explore({ nextDemonstration }) {
      const demonstrations = Array.from({ length: settings.batch_size }, nextDemonstration);
      const sequences = demonstrations.map((d) => ({ prompt: promptTokens(d.question), response: responseTokens(d.response) }));
      return Promise.resolve({ batch: { sequences, weights: perOutputMean(sequences) }, groups: [] });
    },
  };
}
