import type { ExtractionRule } from '../extract/extraction.js';
import type { GradeResult } from '../grade.js';

/** How a solution may be asked to state its answer. */
export const formatMarkers = ['answer is', 'boxed', '####', 'answer tag', 'chinese'] as const;
export type FormatMarker = (typeof formatMarkers)[number];

const rules: Record<FormatMarker, readonly ExtractionRule[]> = {
  'answer is': ['The answer is'],
  boxed: ['\\boxed', 'several \\boxed'],
  '####': ['####'],
  'answer tag': ['<answer>'],
  chinese: ['答案'],
};

/** 1 when the final answer was found by its marker, else 0. A box that is never closed is none. */
export function formatReward(grade: Pick<GradeResult, 'extraction'>, marker: FormatMarker): number {
  return rules[marker].some((rule) => rule === grade.extraction) ? 1 : 0;
}
