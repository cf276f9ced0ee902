import type { SettingsOf } from '../../experiment/schema.js';
import { needed, type Method } from './method.js';
import { imitateRight } from './rejection.js';

/**
 * Rejection-sampling fine-tuning: data are the SFT model's samples, the reward is a rule, the coefficient I(o).
 * The SFT model is the reference: it never changes, so its samples are the same distribution at every step.
 * Source: DeepSeekMath, appendix A.1.2; Yuan et al. (arXiv 2308.01825).
 */
export const rft = (settings: SettingsOf<'rft'>): Method => ({
  needs: { reference: true },
  updates: 1,
  explore: (e) => imitateRight(e, needed(e.reference, 'reference policy'), settings.group_size),
});
