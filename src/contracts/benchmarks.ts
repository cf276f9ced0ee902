import { z } from 'zod';
import { count } from '../protocol/count.js';
import type { BenchmarkPage } from '../store/views.js';
import { request } from './messaging.js';

const text = z.string().max(1000);

/** A slice of the results of all runs. */
export const resultsOf = request(
  'benchmarks/results',
  z.strictObject({
    after: z.strictObject({ run: z.string().max(128), step: count, suite: text, mode: text }).optional(),
    limit: z.number().int().min(1).max(5000),
  }),
)<BenchmarkPage>();

/** Whether checkpoints can be evaluated here: in a trusted workspace. */
export const canEvaluate = request('benchmarks/canEvaluate', z.strictObject({}))<boolean>();

/** Page → host: evaluate a checkpoint; asks which. */
export const evaluate = request('benchmarks/evaluate', z.strictObject({}))<null>();
