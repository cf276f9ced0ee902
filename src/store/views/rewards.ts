/** How the rewards of a step's solutions are spread. */

export interface RewardBin {
  /** Equal where the bin is one value. */
  low: number;
  high: number;
  n: number;
}

export interface RewardHistogram {
  /** Ascending: a bin for each value where there are few, else equally wide. */
  bins: RewardBin[];
  /** Solutions without a reward that is a number. */
  unrewarded: number;
  /** Groups that were counted, the first of them, and all there are. */
  counted: number;
  groups: number;
}
