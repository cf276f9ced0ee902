/** How a metric went, in a few numbers. Means are of all values, not of those that a drawing has room for. */
export interface Trend {
  metric: string;
  /** Finite values there are; at least one. */
  count: number;
  first: number;
  last: number;
  low: number;
  high: number;
  /** Mean of the first tenth of the values (at least one). */
  begin: number;
  /** Mean of the last tenth. */
  end: number;
  /** The step from which on no value was finite any more; null where the newest value is. */
  brokenSince: number | null;
  /** At most `room` means of neighbours, for a sparkline. */
  means: number[];
}
