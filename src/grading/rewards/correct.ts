import type { GradeResult } from '../grade.js';

/** 1 when the final answer equals the gold one, else 0; undecided counts as wrong. */
export const correctReward = (grade: Pick<GradeResult, 'verdict'>): number => (grade.verdict === 'equal' ? 1 : 0);
