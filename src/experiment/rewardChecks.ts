/** What the reward terms of an experiment say together with its other keys. */
import { compilePattern } from '../grading/rewards/pattern.js';
import type { SchemaFinding } from './findings.js';
import { overlongLimits } from './rewardTerms.js';
import type { Experiment } from './schema.js';

export function checkRewards(e: Experiment): (SchemaFinding & { severity?: 'warning' })[] {
  return e.reward.flatMap((reward, i) => {
    if (reward.term === 'regex') {
      const compiled = compilePattern(reward.pattern);
      if ('matches' in compiled) return [];
      const message = `reward[${i}].pattern is no regular expression of RE2: ${compiled.problem}.`;
      return [{ path: ['reward', i, 'pattern'], at: 'value' as const, message }];
    }
    if (reward.term !== 'length_penalty') return [];
    const longest = e.sampling.max_tokens;
    const { maxTokens, cacheTokens } = overlongLimits(reward, longest);
    const path = ['reward', i, reward.cache_tokens === undefined ? 'max_tokens' : 'cache_tokens'];
    if (cacheTokens > maxTokens) {
      const message = `The length penalty grows over the last ${cacheTokens} tokens before ${maxTokens}: cache_tokens can be ${maxTokens} at most.`;
      return [{ path, at: 'value' as const, message }];
    }
    if (maxTokens - cacheTokens < longest) return [];
    const message = `The length penalty begins above ${maxTokens - cacheTokens} tokens, and no solution is longer than sampling.max_tokens (${longest}); lower max_tokens.`;
    return [{ path: ['reward', i, 'max_tokens'], at: 'value' as const, severity: 'warning' as const, message }];
  });
}
