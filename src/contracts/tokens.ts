import { z } from 'zod';
import { tokenMeasures } from '../core/worstTokens.js';
import { count } from '../protocol/count.js';
import type { WorstTokens } from '../store/views.js';
import { request } from './messaging.js';

/**
 * The worst tokens of a run, or of a part of it.
 * @property seconds how long it may read: what was read until then is answered
 * @returns null when there is no such run, or part of it
 */
export const openTokens = request(
  'tokens/open',
  z.strictObject({
    run: z.string().max(128),
    step: count.optional(),
    group: count.optional(),
    solution: count.optional(),
    by: z.enum(tokenMeasures),
    top: count.min(1).max(500),
    seconds: count.min(1).max(3600),
  }),
)<WorstTokens | null>();
