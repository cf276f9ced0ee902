/** What a run's own settings say of the coefficients. Pure. */
import { z } from 'zod';
import { symmetric } from '../../src/core/objective.js';
import { plainSettings, type Settings } from './methodCoefficients.js';

const recorded = z.object({
  beta: z.number().optional().catch(undefined),
  clip: z
    .union([z.number(), z.object({ low: z.number(), high: z.number() })])
    .optional()
    .catch(undefined),
  kl: z.enum(['k1', 'k2', 'k3']).optional().catch(undefined),
});

/**
 * The papers' settings, with β and ε of the run where it has them: its β is GRPO's and PPO's KL penalty, or DPO's.
 * @param method of the run @param settings `method` of its resolved experiment, whoever wrote it
 */
export function settingsOf(method: string, settings: unknown): Settings {
  const found = recorded.safeParse(settings);
  if (!found.success) return plainSettings;
  const { beta, clip, kl } = found.data;
  return {
    ...plainSettings,
    ...(clip !== undefined && { clip: typeof clip === 'number' ? symmetric(clip) : clip }),
    ...(kl !== undefined && { kl }),
    ...(beta !== undefined && (method === 'dpo' ? { dpoBeta: beta } : method === 'grpo' ? { beta } : {})),
  };
}
