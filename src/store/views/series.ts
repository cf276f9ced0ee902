/** A metric over a run's steps. */

/** One metric as arrays of equal length; y is NaN-free (a missing or non-finite value is null). */
export interface Series {
  run: string;
  metric: string;
  step: number[];
  tokens: (number | null)[];
  /** Seconds since the run was created. */
  seconds: number[];
  value: (number | null)[];
  /** True when the store left points out to stay under the asked maximum. */
  decimated: boolean;
}
