/** What every page may ask the host, and hears from it. */
import { mediaName } from '../protocol/turns.js';
import { z } from 'zod';
import { count } from '../protocol/count.js';
import {
  groupings,
  longestFilter,
  workspacePages,
  type Address,
  type RunAddress,
  type Subject,
  type WorkspaceAddress,
  type WorkspacePage,
} from '../protocol/address.js';
import type { LabelCount, Mark, NearDuplicates, NearScope, OtherGrade, OtherVerdicts } from '../store/views.js';
import { longestLabel, longestNote } from '../protocol/labelName.js';
import { pageActions, type PageKeys } from './pageKinds.js';
import { narrowings } from './groups.js';
import { notification, request } from './messaging.js';

const stepRangeSchema = z.strictObject({ from: count, to: count });
export const runAddressSchema: z.ZodType<RunAddress> = z.strictObject({
  run: z.string().max(128),
  step: count.optional(),
  group: count.optional(),
  solution: count.optional(),
  grades: z.string().max(100).optional(),
  timeline: z.literal(true).optional(),
  doctor: z.literal(true).optional(),
  questions: z.literal(true).optional(),
  tokens: z.literal(true).optional(),
  token: count.optional(),
  thenNow: z
    .strictObject({ then: stepRangeSchema.optional(), now: stepRangeSchema.optional(), other: z.string().max(128).optional() })
    .optional(),
});
export const subjectSchema: z.ZodType<Subject> = z.union([runAddressSchema, z.strictObject({ experiment: z.string().max(64) })]);
const workspaceAddressSchema: z.ZodType<WorkspaceAddress> = z.strictObject({
  page: z.enum(Object.keys(workspacePages) as WorkspacePage[]),
  about: subjectSchema.optional(),
  source: z.string().max(4096).optional(),
  search: z
    .strictObject({
      filter: z.string().max(longestFilter).optional(),
      order: z
        .string()
        .max(300)
        .regex(/^[^/]+$/)
        .optional(),
      grouping: z.enum(groupings).optional(),
    })
    .optional(),
});
export const addressSchema: z.ZodType<Address> = z.union([runAddressSchema, workspaceAddressSchema]);

/** Page → host, first message: where am I, and which key does what (for tooltips and the ? sheet). */
export const start = request('page/start', z.strictObject({}))<{ address: Address; keys: PageKeys }>();

/**
 * Page → host: go to an address. Within one kind the page answers `goTo` itself and only tells with `moved`;
 * another kind opens (or reuses) that kind's tab. `aside` opens a new tab beside, `beside` uses the
 * tab of that kind in the next column and leaves the focus here; `curve` is the metric to look at on a dashboard,
 * `narrow` the groups of a step that are wanted.
 */
export const open = request(
  'page/open',
  z.strictObject({
    address: addressSchema,
    aside: z.boolean().optional(),
    beside: z.boolean().optional(),
    curve: z.string().max(200).optional(),
    narrow: z.enum(narrowings).optional(),
  }),
)<null>();

/** Page → host: the page now shows this address (title, history, restore). */
export const moved = notification('page/moved', z.strictObject({ address: addressSchema }));

/** Host → page: show this address of your kind. */
export const goTo = notification('page/goTo', z.strictObject({ address: addressSchema }));

/** Host → page: a key or title button. */
export const act = notification('page/act', z.strictObject({ action: z.enum(pageActions) }));

/** Page → host: a text field has the focus, single keys must reach it. */
export const editing = notification('page/editing', z.strictObject({ editing: z.boolean() }));

/** Host → page: something of this run changed; ask again what you show. */
export const changed = notification('run/changed', z.strictObject({ run: z.string(), upTo: count, identity: z.boolean() }));

/** What of an address is not there, from the run down. */
export type Absence =
  | { what: 'run' }
  | { what: 'step'; name: string; newest: number; live: boolean }
  /** @property samples whether the run's method has groups at all, as far as is known */
  | { what: 'groups'; name: string; live: boolean; samples: boolean }
  | { what: 'group'; groups: number; live: boolean }
  | { what: 'solution'; size: number };

/** Page → host: this address leads to nothing; why? */
export const whyAbsent = request('page/whyAbsent', z.strictObject({ address: runAddressSchema }))<Absence>();

export const copyLink = request('page/copyLink', z.strictObject({ address: addressSchema }))<null>();

/** @returns whether it is bookmarked now */
export const toggleBookmark = request('page/toggleBookmark', z.strictObject({ address: runAddressSchema }))<boolean>();
export const isBookmarked = request('page/isBookmarked', z.strictObject({ address: runAddressSchema }))<boolean>();

/** Compare two solutions of one group in VS Code's diff editor; the host decides which stands on which side. */
export const diffSolutions = request('page/diff', z.strictObject({ left: runAddressSchema, right: runAddressSchema }))<null>();

/** Page → host: do this with the run (the same as the explorer's context menu). */
export const runCommands = [
  'stop',
  'resume',
  'launchAgain',
  'setGroupSize',
  'openExperiment',
  'openConfigAsItWas',
  'openLog',
  'revealFolder',
  'showProblems',
  'regrade',
  'showDisagreements',
] as const;
export type RunCommand = (typeof runCommands)[number];
export const runCommand = request('page/runCommand', z.strictObject({ run: z.string().max(128), command: z.enum(runCommands) }))<null>();

const groupAddress = { run: z.string().max(128), step: count, group: count };
/** Other checkers' verdicts on a group's solutions, oldest checker first. */
export const verdictsOf = request('group/verdicts', z.strictObject(groupAddress))<OtherVerdicts[]>();
/** What other checkers said of a solution, oldest checker first. */
export const gradesOf = request('solution/grades', z.strictObject({ ...groupAddress, solution: count }))<OtherGrade[]>();

/** Clusters that a page lists, and how long texts are read for them, milliseconds. */
export const [mostNearRows, nearReadingLimit] = [50, 30_000];
const nearScope: z.ZodType<NearScope> = z.union([
  z.strictObject({ step: count, group: count.optional() }),
  z.strictObject({ question: z.string().max(10_000) }),
]);
/** Which solutions nearly say the same. @returns null where there are none */
export const nearDuplicatesOf = request(
  'page/nearDuplicates',
  z.strictObject({ run: z.string().max(128), scope: nearScope }),
)<NearDuplicates | null>();

/** In whose name labels are written, and where that name is from. */
export interface MarkAuthor {
  name: string;
  from: string;
}
export interface MarkAnswer {
  marks: Mark[];
  /** Null: none can be written here, for the workspace is not trusted. */
  author: MarkAuthor | null;
}
/** Labels and notes of exactly what an address shows. */
export const marksOf = request('page/marks', z.strictObject({ address: runAddressSchema }))<MarkAnswer>();
/** Labels of a run, by name. */
export const labelsOf = request('page/labels', z.strictObject({ run: z.string().max(128) }))<LabelCount[]>();

export interface MarkOutcome {
  /** Things that were written about, and those that are not there any more. */
  marked: number;
  absent: number;
  author: MarkAuthor;
}
const labelList = z.array(z.string().min(1).max(longestLabel)).max(100);
/**
 * Gives labels to runs, steps, groups and solutions, of several runs too, or takes them away; a note takes the place of the author's former
 * one, null takes it away. Answered when they can be asked for.
 */
export const markAddresses = request(
  'page/mark',
  z.strictObject({
    addresses: z.array(runAddressSchema).min(1).max(10_000),
    add: labelList,
    remove: labelList,
    note: z.string().min(1).max(longestNote).nullable().optional(),
  }),
)<MarkOutcome>();

/** A picture of the run's `media/` as a `data:` URL. */
export const pictureOf = request('page/picture', z.strictObject({ run: z.string().max(128), media: mediaName }))<string>();
