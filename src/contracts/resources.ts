/** What a run takes of its devices: memory, planned and measured, and how much of their speed. */
import { z } from 'zod';
import type { DevicePeak } from '../core/devicePeaks.js';
import type { TrainingSetup } from '../core/trainingSetup.js';
import type { DevicesMemory, Speed } from '../store/views.js';
import { request } from './messaging.js';

export interface ResourcesView {
  setup: TrainingSetup | null;
  memory: DevicesMemory;
  /** What the planner counts for each device, or why it cannot. */
  planned: { bytes: number; notes: string[] } | { why: string };
  speed: Speed;
  /** Of the device that the run names; null where that is not known. */
  peak: DevicePeak | null;
}

/** @returns null when there is no such run */
export const resourcesOf = request(
  'dashboard/resources',
  z.strictObject({ run: z.string().max(128), room: z.number().int().min(1).max(4000) }),
)<ResourcesView | null>();
