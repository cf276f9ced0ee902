/** How the rewards and lengths of a step's solutions are spread. */
import type { Bin } from '../../core/histogram.js';

export interface LengthHistogram {
  /** Ascending: a bin for each value where there are few, else equally wide. */
  bins: Bin[];
  /** Groups that were counted, the first of them, and all there are. */
  counted: number;
  groups: number;
}

export interface RewardHistogram extends LengthHistogram {
  /** Solutions without a reward that is a number. */
  unrewarded: number;
}
