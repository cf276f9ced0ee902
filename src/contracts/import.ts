/** What the import page asks: what a folder or file is, and to make a run of it. */
import { z } from 'zod';
import type { ImportCounts } from '../core/importCounts.js';
import type { RunFacts } from '../core/runFacts.js';
import { notification, request } from './messaging.js';

/** One of the formats that a source may be in. */
export interface FormatView {
  id: string;
  title: string;
  /** Null for a format that sees nothing of its own in it. */
  why: string | null;
  takesGroupSize: boolean;
  /** Its runs, where there are several; empty for one alone. */
  runs: RunFacts[];
  /** What the list of runs lacks, in sentences. */
  unlisted: string | null;
}

/** What the fields of a table may mean. */
export const roles = ['solution', 'question', 'reward', 'gold', 'correct', 'advantage', 'group', 'step'] as const;
export type Role = (typeof roles)[number];
export type RoleFields = Partial<Record<Role, string>>;

export interface TableView {
  file: string;
  fields: string[];
  /** As many values a row as there are fields; null where a row has none. */
  rows: (string | null)[][];
}

export interface SourceView {
  /** Why there is nothing to import, whatever the format. */
  nothing: string | null;
  /** The format it is; null when a person has to say. */
  chosen: string | null;
  formats: FormatView[];
  table: TableView | null;
  guess: RoleFields;
  /** Runs imported from the same path before. */
  earlier: { id: string; name: string; run: string | null }[];
}

export interface ImportedView {
  run: string;
  name: string;
  /** Null for a run that follows its source: it has only begun. */
  counts: ImportCounts | null;
  notes: { level: 'info' | 'warning'; message: string }[];
}

export interface ImportOutcome {
  runs: ImportedView[];
  /** Runs of the source of which nothing was imported, and why. */
  failed: { run: string; message: string }[];
  /** Names of the earlier imports that were replaced. */
  replaced: string[];
}

/** How far the import of this tab is. */
export type Work =
  | { state: 'none' }
  | { state: 'working'; share: number | null }
  | { state: 'failed'; message: string }
  | { state: 'done'; outcome: ImportOutcome };

export interface ImportView {
  /** Base name of the source. */
  name: string;
  path: string;
  trusted: boolean;
  /** Workspace folders that can keep the run; the first is where it would go. None: no folder is open. */
  folders: string[];
  /** Why the source cannot be looked at. */
  problem: string | null;
  source: SourceView | null;
  work: Work;
}

const path = z.string().max(4096);
const field = z.string().max(2000);

export const lookAtSource = request('import/look', z.strictObject({ path }))<ImportView>();

/** VS Code's own dialog. @returns null when it was dismissed */
export const pickSource = request('import/pick', z.strictObject({ what: z.enum(['folder', 'file']) }))<string | null>();

const roleField = field.optional();
export const startImport = request(
  'import/start',
  z.strictObject({
    path,
    format: z.string().max(100),
    /** By their ids, of several; all of it as one run when left out. */
    runs: z.array(path).min(1).max(500).optional(),
    name: z.string().max(200).optional(),
    groupSize: z.number().int().min(1).max(65_536).optional(),
    mapping: z
      .strictObject({
        solution: field,
        question: roleField,
        reward: roleField,
        gold: roleField,
        correct: roleField,
        advantage: roleField,
        group: roleField,
        step: roleField,
      })
      .optional(),
    folder: path.optional(),
    follow: z.boolean(),
    replace: z.boolean(),
  }),
)<null>();
export type ImportChoices = NonNullable<(typeof startImport)['params']['_output']>;

export const cancelImport = request('import/cancel', z.strictObject({}))<null>();

/** Trust this workspace, or open a folder: what VS Code has its own dialog for. */
export const openSettings = request('import/settings', z.strictObject({ what: z.enum(['trust', 'folder']) }))<null>();

/** Host → page: how far it is. */
export const worked = notification(
  'import/worked',
  z.strictObject({ work: z.custom<Work>((work) => typeof work === 'object' && work !== null) }),
);
