import { z } from 'zod';
import type { BenchmarkView, Constant, Ledger, RewardHistogram, RunDetail, RunSeries, RunSummary, Trend } from '../store/views.js';
import { request } from './messaging.js';

const run = z.string().max(128);

export interface DashboardView {
  run: RunDetail;
  /** In the order of their names; of more than 10,000 a page, with those that are shown first, asked for by name or found. */
  metricNames: string[];
  /** How many the run has. */
  metricCount: number;
  /** Where the next page begins, see `metricsAfter`; null when this is the last. */
  metricsNext: string | null;
  /** What the search found beyond the page; null without a search, or where all are listed. */
  found: FoundMetrics | null;
  /** An imported evaluation has a metric with values at several steps. */
  hasCurves: boolean;
  /** Newest step that has groups; null when none has. */
  groupStep: number | null;
  /** Steps of an evaluation that have groups, ascending; empty for a run that trains. */
  groupSteps: number[];
  /** Other runs that can be overlaid: same experiment first, newest first. */
  others: RunSummary[];
  /** Launching, stopping and resuming is possible here: in a trusted workspace. */
  canControl: boolean;
  stages: StageChain;
  /** Runs that the person asked to compare with this one: draw them at once. */
  overlay?: string[];
  /** The metric that the person asked to see: show its curve, once. */
  curve?: string;
}

/** Metrics of other pages that a search found. */
export interface FoundMetrics {
  search: string;
  /** Of them, those that are listed too, and those that are not. */
  listed: number;
  more: number;
}

/** A run of a chain of stages. */
export interface ChainStage {
  run: string;
  name: string;
  /** Null when the run is not here (any more). */
  method: string | null;
  /** Which of its checkpoints the next stage began with, or an evaluation tests; null at the end. */
  step: number | null;
  /** Runs that began with the same run before it, and are not shown. */
  others: number;
}

export interface StageChain {
  /** Preset or model that the first stage began with; null when it is not known. */
  base: string | null;
  /** First to last; the dashboard's run is one of them, unless it trains nothing. */
  stages: ChainStage[];
  /** Of an evaluation: the step of the last stage whose weights it tests. */
  tested: number | null;
}

export const openDashboard = request(
  'dashboard/open',
  z.strictObject({
    run,
    metricsAfter: z.string().max(200).optional(),
    /** Lists the metrics that it finds, too. */
    search: z.string().max(500).optional(),
    /** Metrics that are listed wherever they stand. */
    named: z.array(z.string()).max(1001).optional(),
  }),
)<DashboardView | null>();
const step = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** The metrics of one chart (of a run, and of those laid over it), thinned together. */
export const seriesOf = request(
  'dashboard/series',
  z.strictObject({
    runs: z.array(run).max(16),
    metrics: z.array(z.string()).max(1000),
    room: z.number().int().min(10).max(10_000),
    smoothing: z.number().min(0).max(0.999).optional(),
    from: step.optional(),
    to: step.optional(),
  }),
)<RunSeries[]>();
/** How metrics went, in a few numbers each: for tiles. */
export const trendsOf = request(
  'dashboard/trends',
  z.strictObject({ run, metrics: z.array(z.string()).max(100), room: z.number().int().min(1).max(200) }),
)<Trend[]>();
/** Metrics that were told at so many steps and never moved. */
export const constantsOf = request('dashboard/constants', z.strictObject({ run, atLeast: z.number().int().min(1).max(1000) }))<
  Constant[]
>();
/** What the signal of each step is made of. */
export const ledgerOf = request('dashboard/ledger', z.strictObject({ run, room: z.number().int().min(1).max(4000) }))<Ledger>();
/** How the rewards of an evaluation's step are spread. */
export const rewardsOf = request('dashboard/rewards', z.strictObject({ run, step: z.number().int().min(0) }))<RewardHistogram>();
export const benchmarksOf = request('dashboard/benchmarks', z.strictObject({ run }))<BenchmarkView[]>();
