/**
 * Labels and notes of people about a run, its steps, groups and solutions. They stand beside the events and change nothing in them: one file
 * for each person and machine, each line one thing that was said or taken back.
 */
import { z } from 'zod';
import { count } from './count.js';
import { PROTOCOL_VERSION } from './events.js';
import { labelName, longestNote } from './labelName.js';
import { layout } from './layout.js';
import { nameOfSidecar, type Sidecar } from './sidecar.js';

export const labelsHeader = z.object({
  v: z.literal(PROTOCOL_VERSION),
  type: z.literal('labels'),
  id: z.string().min(1).max(100),
  author: z.string().min(1).max(200),
  /** The machine that it is written on: who works on several has a file for each. */
  host: z.string().max(300),
  /** When the file was begun: ISO 8601, UTC. */
  time: z.string().max(100),
});
export type LabelsHeader = z.output<typeof labelsHeader>;

/**
 * One statement. It is about the run where no `step` is given, and so on down. Of two of one file about the same thing the later line stands;
 * of two labels of the same name in several files the one with the later time. A note is its author's: others' stand beside it.
 */
export const labelLine = z
  .object({
    v: z.literal(PROTOCOL_VERSION),
    time: z.iso.datetime(),
    step: count.optional(),
    /** 0-based, as in events. */
    group: count.optional(),
    solution: count.optional(),
    /** Number of the event of the group: the statement counts as long as that event does. */
    seq: z.number().int().min(1).optional(),
    label: labelName.optional(),
    /** The label was taken away. */
    removed: z.literal(true).optional(),
    /** null: it was taken away. */
    note: z.string().min(1).max(longestNote).nullable().optional(),
  })
  .refine(({ label, note }) => (label === undefined) !== (note === undefined), 'either a label or a note')
  .refine(({ step, group, solution }) => (solution === undefined || group !== undefined) && (group === undefined || step !== undefined), {
    message: 'a solution has a group, and a group a step',
  })
  .refine(({ group, seq }) => (group === undefined) === (seq === undefined), 'what is about a group has the number of its event');
export type LabelLine = z.output<typeof labelLine>;

export const labelsSidecar: Sidecar<LabelsHeader, LabelLine> = {
  what: layout.labels,
  header: labelsHeader,
  line: labelLine,
  maxLineBytes: 128 * 1024,
  ownerOf: ({ author }) => author,
};

/** Name of the file for what a person says on a machine. */
export const nameOfLabels = (author: string, host: string): string => nameOfSidecar(author, 'author', JSON.stringify([author, host]));
