import type { Grade } from '../grade.js';

/** 1 when the final answer equals the gold one, else 0; undecided counts as wrong. */
export const correctReward = (grade: Pick<Grade, 'verdict'>): number => (grade.verdict === 'equal' ? 1 : 0);
