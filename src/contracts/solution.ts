import { z } from 'zod';
import { count } from '../protocol/count.js';
import type { SolutionAnswer, Trace } from '../store/views.js';
import { request } from './messaging.js';

const solution = z.strictObject({ run: z.string().max(128), step: count, group: count, solution: count });

export const openSolution = request('solution/open', solution)<SolutionAnswer | null>();
/** Apart from `openSolution`, so that the text is there before its numbers. */
export const traceOf = request('solution/trace', solution)<Trace | null>();
