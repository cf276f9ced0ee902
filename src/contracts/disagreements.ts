import { z } from 'zod';
import { count } from '../protocol/count.js';
import { directions, type Direction, type DisagreementPage, type RegradeSummary } from '../store/views.js';
import { request } from './messaging.js';

export interface DisagreementsView extends Omit<DisagreementPage, 'next'> {
  run: string;
  runName: string;
  direction: Direction;
  /** All that have read this run again, newest first, this one among them. */
  checkers: RegradeSummary[];
}

/** @returns null when that checker has not graded the run */
export const openDisagreements = request(
  'disagreements/open',
  z.strictObject({
    run: z.string().max(128),
    grades: z.string().max(100),
    direction: z.enum(directions),
    limit: count.min(1),
  }),
)<DisagreementsView | null>();
