import { z } from 'zod';
import type { Examined } from '../doctor/examined.js';
import { request } from './messaging.js';

export interface DoctorView {
  run: string;
  runName: string;
  isLive: boolean;
  /** Newest step with data: the examination may be of an earlier one. */
  step: number;
  /** What the examination took. */
  seconds: number;
  examined: Examined;
}

/** @returns null when there is no such run */
export const openDoctor = request('doctor/open', z.strictObject({ run: z.string().max(128) }))<DoctorView | null>();

/** A finding as lists and charts name it. */
export interface NamedFinding {
  id: string;
  name: string;
  onset: number;
  /** The last step at which it showed; null: it goes on. */
  until: number | null;
  serious: boolean;
}

/** What was found last, without what follows from it; null where nothing has been examined. Answered when that is known. */
export const findingsOf = request('dashboard/findings', z.strictObject({ run: z.string().max(128) }))<NamedFinding[] | null>();
