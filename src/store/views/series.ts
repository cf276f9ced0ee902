/** Metrics over a run's steps. */

/** What a chart asks for: its metrics together, so that they come at the same steps. */
export interface SeriesQuestion {
  metrics: string[];
  /** At most so many steps of each run (or four for each metric and two, if that is more); of very many curves fewer. */
  room: number;
  /** Weight of the moving average, in [0, 1); none when left out. */
  smoothing?: number | undefined;
  /** Only steps from here on. */
  from?: number | undefined;
  /** Only steps up to here. */
  to?: number | undefined;
}

/** The metrics of one chart of one run: arrays of equal length, one entry for each step. */
export interface RunSeries {
  run: string;
  /** Ascending: the steps at which at least one of the metrics was recorded, as far as there was room. */
  step: number[];
  /** Tokens trained on up to each step; null where they were not counted. */
  tokens: (number | null)[];
  /** Seconds since the run was created; null where the time is unknown. */
  seconds: (number | null)[];
  /** Those that were recorded, in the order asked. */
  metrics: MetricSeries[];
  /** How many steps there are in the range that was asked for. */
  steps: number;
  /**
   * 1 when every step is here. Otherwise a power of two: of every so many steps those at which one of the metrics is
   * lowest or highest, and the first and the last.
   */
  stride: number;
}

export interface MetricSeries {
  metric: string;
  /** Finite values it has in the range that was asked for. */
  count: number;
  /** Null where it was not recorded, or is no finite number. */
  value: (number | null)[];
  /** The moving average over all values of the run, not only those that are here; null when none was asked for. */
  smooth: (number | null)[] | null;
  /**
   * Indices of values that do not hang together with the value before them: something that is no number was recorded
   * between, or nothing although it was due.
   */
  breaks: number[];
}
