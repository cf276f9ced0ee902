import { z } from 'zod';
import { count } from '../../src/protocol/count.js';
import type { SolutionDetail, Trace } from '../../src/store/views.js';
import { request } from '../shared/messaging.js';

const solution = z.strictObject({ run: z.string().max(128), step: count, group: count, solution: count });

export const openSolution = request('solution/open', solution)<SolutionDetail | null>();
/** Apart from `openSolution`, so that the text is there before its numbers. */
export const traceOf = request('solution/trace', solution)<Trace | null>();
