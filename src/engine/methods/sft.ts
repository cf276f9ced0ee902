import { tokenWeights } from '../../core/aggregate.js';
import type { SettingsOf } from '../../experiment/schema.js';
import { promptTokens, responseTokens } from '../tokenizer.js';
import { ownTokensOf } from '../tools/programs.js';
import { likelihood } from './likelihood.js';
import { lengthsOf, type Method } from './method.js';

/**
 * Supervised fine-tuning: data are worked solutions, there is no reward, and the gradient coefficient is 1:
 * loss = −1/N Σ_i 1/|o_i| Σ_t log π_θ(o_it | q_i, o_i<t).
 * Source: DeepSeekMath, appendix A.1.1.
 */
export const sft = (settings: SettingsOf<'sft'>): Method => ({
  needs: {},
  updates: 1,
  explore({ nextDemonstration }) {
    const demonstrations = Array.from({ length: settings.batch_size }, nextDemonstration);
    const sequences = demonstrations.map((d) => ({ prompt: promptTokens(d.question), response: responseTokens(d.response) }));
    // What a tool answered in a demonstration is read, not imitated.
    const own = sequences.map((s) => ownTokensOf(s.response) ?? new Uint8Array(s.response.length).fill(1));
    const batch = { sequences, own, weights: tokenWeights(lengthsOf(sequences, own), 'output', 1) };
    return Promise.resolve({ groups: [], lessons: [{ model: 'policy', batch, objective: likelihood }] });
  },
});
