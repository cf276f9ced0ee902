/** What a run takes of its devices: memory, planned and measured, and how much of their speed. */
import { z } from 'zod';
import { devicePeak, type DevicePeak } from '../core/devicePeaks.js';
import { plannedMemory } from '../core/plannedMemory.js';
import type { TrainingSetup } from '../core/trainingSetup.js';
import type { DevicesMemory, RunDetail, Speed } from '../store/views.js';
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

/**
 * What is counted and looked up beside what the store has measured.
 * @param run as the store knows it
 * @param ownPeaks of a person's settings, see `devicePeak`
 */
export function resourcesFrom(
  { setup, method }: Pick<RunDetail, 'setup' | 'method'>,
  { memory, speed }: Pick<ResourcesView, 'memory' | 'speed'>,
  ownPeaks: Readonly<Record<string, number>>,
): ResourcesView {
  const planned = plannedMemory(setup, method);
  return {
    setup,
    memory,
    planned: 'why' in planned ? planned : { bytes: planned.bytes, notes: planned.notes },
    speed,
    peak: setup?.device === undefined ? null : devicePeak(setup.device, ownPeaks),
  };
}

/** @returns null when there is no such run */
export const resourcesOf = request(
  'dashboard/resources',
  z.strictObject({ run: z.string().max(128), room: z.number().int().min(1).max(4000) }),
)<ResourcesView | null>();
