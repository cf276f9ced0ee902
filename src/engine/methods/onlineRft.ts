import type { SettingsOf } from '../../experiment/schema.js';
import type { Method } from './method.js';
import { imitateRight } from './rejection.js';

/**
 * Online rejection-sampling fine-tuning: as RFT, but the samples are those of the policy as it is now.
 * Source: DeepSeekMath, appendix A.1.3.
 */
export const onlineRft = (settings: SettingsOf<'online-rft'>): Method => ({
  needs: {},
  updates: 1,
  explore: (e) => imitateRight(e, e.policy, settings.group_size),
});
