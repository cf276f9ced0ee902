/** Every check. The order is that of lists without a cost. */
import type { Rule } from './rule.js';
import { impossibleAdvantage, normalisedTwice, wrongGrouping } from './rules/advantages.js';
import { endToken, truncation } from './rules/endings.js';
import { entropyCollapse, entropyExplosion } from './rules/entropy.js';
import { failingEnvironment, stall } from './rules/environment.js';
import { klRunAway, rewardCollapse } from './rules/kl.js';
import { lengthExplosion } from './rules/lengths.js';
import { gradientSpike, notFinite } from './rules/numbers.js';
import { formatOnly, grader, rewardHacking, unstableReward } from './rules/rewards.js';
import { clipNeverActive, samplerMismatch, staleSamples, truncatedSampling } from './rules/sampler.js';
import { starvation } from './rules/starvation.js';
import { repetition, stuckBatch, templateCollapse } from './rules/texts.js';

export const rules: readonly Rule[] = [
  notFinite,
  wrongGrouping,
  normalisedTwice,
  impossibleAdvantage,
  stuckBatch,
  staleSamples,
  samplerMismatch,
  truncatedSampling,
  clipNeverActive,
  endToken,
  truncation,
  starvation,
  unstableReward,
  grader,
  formatOnly,
  rewardHacking,
  rewardCollapse,
  klRunAway,
  entropyCollapse,
  entropyExplosion,
  lengthExplosion,
  repetition,
  templateCollapse,
  failingEnvironment,
  stall,
  gradientSpike,
];
