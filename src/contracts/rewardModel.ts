import { z } from 'zod';
import { count } from '../protocol/count.js';
import type { Opinions, RunSummary } from '../store/views.js';
import { request } from './messaging.js';

export interface RewardModelView {
  run: string;
  runName: string;
  /** The model is what this run trains: each solution was scored before the model learned from it. */
  trained: boolean;
  /** The run that trained it, and the step, when its reward asks one; its name when it is here. */
  from: (NonNullable<RunSummary['rewardModel']> & { name: string | null }) | null;
  /** What the run measured of the model while it trained, whose curve the dashboard has; null when it did not. */
  curve: string | null;
  /** Null while no solution has both a verdict and a probability. */
  opinions: Opinions | null;
}

const probability = z.number().min(0).max(1);

/** @returns null when there is no such run */
export const openRewardModel = request(
  'reward-model/open',
  z.strictObject({
    run: z.string().max(128),
    question: z.strictObject({
      term: z.string().max(200).optional(),
      upTo: count.optional(),
      steps: z.number().int().min(1).max(1_000_000).optional(),
      within: z.strictObject({ low: probability, high: probability }).optional(),
      limit: z.number().int().min(1).max(10_000),
    }),
  }),
)<RewardModelView | null>();
