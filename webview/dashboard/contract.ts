import { z } from 'zod';
import type { BenchmarkView, RunDetail, RunSummary, Series } from '../../src/store/views.js';
import { request } from '../shared/messaging.js';

const run = z.string().max(128);

export interface DashboardView {
  run: RunDetail;
  metricNames: string[];
  /** Newest step that has groups; null when none has. */
  groupStep: number | null;
  /** Other runs that can be overlaid: same experiment first, newest first. */
  others: RunSummary[];
  /** Launching, stopping and resuming is possible here (a trusted workspace on the machine that holds the run). */
  canControl: boolean;
  /** Runs that the person asked to compare with this one: draw them at once. */
  overlay?: string[];
}

export const openDashboard = request('dashboard/open', z.strictObject({ run }))<DashboardView | null>();
export const seriesOf = request(
  'dashboard/series',
  z.strictObject({
    runs: z.array(run).max(16),
    metrics: z.array(z.string().max(200)).max(200),
    maxPoints: z.number().int().min(10).max(10_000),
  }),
)<Series[]>();
export const benchmarksOf = request('dashboard/benchmarks', z.strictObject({ run }))<BenchmarkView[]>();
