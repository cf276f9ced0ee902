/** What the page keeps: how its curves are drawn, and which of them are looked at. */
import { z } from 'zod';

export const choicesSchema = z.object({
  smoothing: z.number().min(0).max(0.99),
  xUnit: z.enum(['step', 'tokens', 'time']),
  log: z.boolean(),
  /** Whether curves have marks where findings of the doctor began. */
  onsets: z.boolean().default(true),
  overlay: z.array(z.string()).max(15),
  search: z.string().max(500).default(''),
  /** Ids of charts. */
  pinned: z.array(z.string()).max(1000).default([]),
  /** Sections, and lines of constants, that a person opened or closed. */
  opened: z.array(z.string()).max(1000).default([]),
  closed: z.array(z.string()).max(1000).default([]),
});
export type Choices = z.output<typeof choicesSchema>;

/** Smoothed at first: of a noisy curve one asks where it goes. The values themselves stay behind it. */
export const plainChoices: Choices = {
  smoothing: 0.6,
  xUnit: 'step',
  log: false,
  onsets: true,
  overlay: [],
  search: '',
  pinned: [],
  opened: [],
  closed: [],
};

/** Requests carry at most 16 runs, this one among them. */
export const maxOverlays = 15;
