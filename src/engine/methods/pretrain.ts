import type { SettingsOf } from '../../experiment/schema.js';
import { mixtureShareMetric, mixtureTargetMetric } from '../../protocol/metrics.js';
import { likelihood } from './likelihood.js';
import { needed, type Method } from './method.js';

/**
 * Continued pre-training: data are the documents of a mixture, there is no reward, and every token counts the same:
 * loss = −1/T Σ_t log π_θ(x_t | x_<t), over the T tokens of the step.
 * Source: DeepSeekMath, section 2.2.
 */
export const pretrain = (settings: SettingsOf<'pretrain'>): Method => ({
  needs: {},
  updates: 1,
  explore(e) {
    const corpus = needed(e.corpus, 'mixture of texts (data.mixture or data.preset)');
    const sequences = corpus.next(settings.batch_tokens);
    const tokens = sequences.reduce((sum, s) => sum + s.response.length, 0);
    const batch = { sequences, weights: sequences.map(() => 1 / tokens) };
    const values = Object.fromEntries(
      corpus.shares.flatMap(({ name, share, target }) => [
        [mixtureShareMetric(name), share],
        [mixtureTargetMetric(name), target],
      ]),
    );
    return Promise.resolve({ groups: [], lessons: [{ model: 'policy', batch, objective: likelihood }], values });
  },
});
