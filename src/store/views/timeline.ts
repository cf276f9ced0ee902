import type { SpanBlock, Surroundings } from '../../core/spanBlocks.js';

/** Which part of a run's time is looked at. Without a bound: all of it. */
export interface TimeWindow {
  /** Milliseconds since 1970. */
  from?: number | undefined;
  to?: number | undefined;
  /** In place of both: when the step's spans were. */
  step?: number | undefined;
  /** How many columns a drawing has. */
  room: number;
}

/** The spans in a window. */
export interface Timeline {
  /** Who worked, sorted; of very many the first ones. */
  lanes: string[];
  /** Lanes that are left out. */
  moreLanes: number;
  /** What was done, most time first; of very many those, and 'other' for the rest. */
  names: string[];
  /** Names that are called 'other'. */
  otherNames: number;
  /** Beginning of the first span and end of the last one, of the whole run, in milliseconds since 1970; 0 when none can be placed. */
  first: number;
  last: number;
  /** The window that was asked for. */
  from: number;
  to: number;
  /** `lane` and `name` are indices. */
  blocks: SpanBlock[];
  /** Of each lane, what is nearest outside of the window. */
  around: Surroundings[];
  /** Spans of the run, and those in the window. */
  spans: number;
  within: number;
  /** Shorter spans, in milliseconds, are drawn together with their neighbours; 0 when none are. */
  shortest: number;
  /** Spans that cannot be placed: without a time, or that end before they begin. */
  misplaced: number;
}

/** What time went into, by step and by lane. */
export interface TimeShares {
  /** What is known: when each piece of work was, or only the seconds of each phase. */
  source: 'spans' | 'metrics';
  /** As in the timeline; of metrics the part of their names behind `seconds/`. */
  names: string[];
  otherNames: number;
  /** Neighbouring steps together where there are more than there was room for. */
  steps: ShareOfSteps[];
  /** How many steps one of them stands for at most. */
  stride: number;
  /** Of all steps together. */
  total: TimeSums;
  /** Empty where the source is metrics. */
  lanes: ShareOfLane[];
  moreLanes: number;
  /** Steps whose phases take longer together than the step: they went on beside each other. */
  overlapping: number;
}

/** Seconds, summed over lanes. */
export interface TimeSums {
  /** By name. */
  busy: number[];
  /** In which lanes did nothing that a span tells of; of metrics the rest of the step. */
  waiting: number;
}

export interface ShareOfSteps extends TimeSums {
  from: number;
  to: number;
}

/** Seconds of one lane from its first span to its last: they add up to it. */
export interface ShareOfLane {
  lane: string;
  spans: number;
  busy: number[];
  /** What the others did while it did nothing, by name. */
  waiting: number[];
  /** No lane did anything. */
  alone: number;
}

/** One value of one device. */
export interface TelemetrySeries {
  device: string;
  /** With its unit, e.g. `memory bytes`. */
  name: string;
  /** Values in the window. */
  count: number;
  /** Milliseconds since 1970, ascending: one each, or the middle of neighbours that are drawn together. */
  time: number[];
  /** The lowest and the highest of those neighbours; the same where there is one. */
  low: number[];
  high: number[];
}

export interface Telemetry {
  /** Sorted by device and name; of very many the first ones. */
  series: TelemetrySeries[];
  moreSeries: number;
  /** First and last value of the run, in milliseconds since 1970; null where it has none. */
  first: number | null;
  last: number | null;
  /** Milliseconds whose values are drawn together; 0 when each is there. */
  stride: number;
}
