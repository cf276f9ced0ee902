import { z } from 'zod';
import { count } from '../protocol/count.js';
import type { Telemetry, Timeline, TimeShares } from '../store/views.js';
import { request } from './messaging.js';

/** What a window shows. */
export interface TimelineWindow {
  /** Null when the run has no spans. */
  timeline: Timeline | null;
  /** In the same window; of a run without spans, all there is. */
  telemetry: Telemetry;
}

export interface TimelineView extends TimelineWindow {
  run: string;
  runName: string;
  isLive: boolean;
  /** Of the whole run; null when nothing tells what its time went into. */
  shares: TimeShares | null;
  /** Whether a step has groups to open. */
  hasGroups: boolean;
}

const time = z.number().int();
const window = {
  run: z.string().max(128),
  room: count.min(1).max(4000),
  from: time.optional(),
  to: time.optional(),
  step: count.optional(),
};

/** @returns null when there is no such run */
export const openTimeline = request('timeline/open', z.strictObject({ ...window, bars: count.min(1).max(4000) }))<TimelineView | null>();
/** Another part of the run's time. */
export const timelineWindow = request('timeline/window', z.strictObject(window))<TimelineWindow>();
