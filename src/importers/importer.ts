/** What every format's importer is: something that recognises files and turns them into protocol events. It knows no database and no editor. */
import type { EventBody } from '../protocol/events.js';
import type { Sampling } from '../protocol/runFiles.js';

/** One file of a source, found once more at every look: `size` and `modified` are those of that look. */
export interface SourceFile {
  /** Absolute. */
  path: string;
  /** Relative to the source's root, forward slashes; of a single file its base name. */
  name: string;
  bytes: number;
  /** ms since 1970. */
  modified: number;
}

/** A folder (or one file) that somebody else's trainer wrote. Listing is bounded: too many files is an error with advice. */
export interface Source {
  /** Absolute path as the person gave it. */
  readonly root: string;
  /** A fresh look at the files, sorted by name. */
  list(): Promise<SourceFile[]>;
  /** The files as of the last look. */
  readonly listed: readonly SourceFile[];
  /** Folders below the root that could not be looked into at the last look, with the reason. */
  readonly unreadable: readonly string[];
  /** Of files that hold several runs the one that is meant, as their format knows it; known after the first look. */
  readonly within?: string | undefined;
  /** What is to be said of how its files were chosen. */
  readonly notes?: readonly ImportNote[];
}

export interface Detection {
  importer: Importer;
  /** 0 to 1. Two formats above 0.5 whose confidence differs by less than 0.2 are ambiguous: the person is asked, with both reasons. */
  confidence: number;
  /** `completions/*.parquet with the columns step, prompt, completion, advantage` */
  why: string;
}

/** What may have to be told to an importer because the files do not say it. */
export interface ImportOptions {
  /** Solutions per group, where the format does not say (TRL, NeMo-RL). */
  groupSize?: number;
  /** Fields of the generic mapping. */
  mapping?: Mapping;
  /** Python executable for formats that need one (pickles). */
  python?: string;
}

/** Generic mapping: names of columns or dotted paths into JSON. */
export interface Mapping {
  solution: string;
  question?: string;
  gold?: string;
  reward?: string;
  advantage?: string;
  correct?: string;
  group?: string;
  step?: string;
}

/** Something the person should know about how the events came to be; shown on the run's page. */
export interface ImportNote {
  /** Stable per kind: a repeated note replaces the former one. */
  id: string;
  level: 'info' | 'warning';
  /** `Groups of 4: inferred from runs of equal prompts. Set the group size if that is wrong.` */
  message: string;
  /** The option that would settle it. */
  setting?: 'groupSize' | 'mapping';
}

/** What run.json gets to know. */
export interface ForeignRun {
  /** A short name for the experiment, from the files or the folder's name. */
  name: string;
  /** `grpo`, `rloo`, `eval`, … as far as the files tell. */
  method: string | null;
  /** Steps the run will have in all, when known. */
  totalSteps: number | null;
  seed: number | null;
  /** The trainer's own configuration, as found, JSON-able; shown and compared like an experiment's. */
  config: Record<string, unknown>;
  /** Weight of each reward term, when known. */
  weights?: Record<string, number>;
  /** How solutions were sampled, and the temperature that log-probabilities are at, as far as it is known. */
  sampling?: Sampling;
  versions: Record<string, string>;
}

/** An event, or a note about the whole import. `superseded` says that everything told of steps > `fromStep` no longer holds (a file was rewritten). */
export type ImportItem =
  { kind: 'event'; event: EventBody } | { kind: 'note'; note: ImportNote } | { kind: 'progress'; bytes: number; of: number };

/** What was told of `step` and later ones holds no longer. */
export const takeBack = (step: number): ImportItem => ({ kind: 'event', event: { type: 'resume', from_step: step - 1, checkpoint: null } });

/** One import under way. Asking `read` again tells only what is new since: that is how a growing folder is followed. */
export interface ImportSession {
  /** Facts of the run; asked once, after the first look. */
  describe(): Promise<ForeignRun>;
  /**
   * Everything not told yet, in the order of steps as far as the files allow. Bounded memory: yields as it reads.
   * A torn last line waits for the next call. A file that shrank or was replaced is read again from its beginning: its
   * groups are told again (the newer event of the same step and group stands), after a `resume` event when later ones no longer hold.
   * @throws ImportError for content that cannot be what it seems
   */
  read(signal: AbortSignal): AsyncIterable<ImportItem>;
  /** Rows read so far, of formats whose files are rows that a person has named the fields of. */
  readonly rows?: number;
  /** Releases files and children. */
  close(): Promise<void>;
}

/** One of the runs of a format that a source holds: files of its own, or a part of a file. `runSource` makes it a source by itself. */
export interface RunInSource {
  /** What it is chosen by: its folder or file, `.` for what is in no other run's folder, or what its file calls it. */
  id: string;
  /** As people call it: the ids of databases may say nothing. */
  name: string;
  /** The folder or file that it is in, relative to the source; empty for the source itself. */
  path: string;
  files: readonly SourceFile[];
  /** Which one of its file, as the format knows it. */
  within?: string;
  /** By what its files were taken for its own, where that is a guess: a sentence. */
  guess?: string;
}

export interface Importer {
  /** Stable, as in `--format trl`. */
  readonly id: string;
  /** `TRL (GRPO, RLOO)`. */
  readonly title: string;
  /** Parses files whole, into so many small objects that giving the collector more room is worth the memory. */
  readonly wholeFiles?: true;
  /** What it reads lies beside what many trainers write: it is taken only where no other format is possible. */
  readonly besideOthers?: true;
  /** Looks at names and at the first bytes of a few files: never reads whole ones, never throws for wrong content. */
  detect(source: Source): Promise<Omit<Detection, 'importer'> | null>;
  /** Takes a group size that a person tells, where the files may not say it. */
  readonly takesGroupSize?: true;
  /** How the runs of a source are made out, and what becomes of them when it is imported as one. */
  readonly several: SeveralRuns;
  open(source: Source, options: ImportOptions): ImportSession;
}

/** What, where and what to do; nothing of the import counts (one-shot), or this file waits (following). */
export class ImportError extends Error {
  /** @param at `line 17`, `row 12`, `byte 4096`, `column completion` */
  constructor(
    readonly file: string,
    readonly at: string | null,
    reason: string,
    cause?: unknown,
  ) {
    super(`${file}${at === null ? '' : `, ${at}`}: ${reason}`, { cause });
    this.name = 'ImportError';
  }
}

export interface SeveralRuns {
  /** Runs may be parts of a file: one that has changed may hold others than before. */
  readonly inFiles?: true;
  /**
   * The runs of a source as of its last look; none where nothing makes out a run. What cannot be read tells nothing: it is said when it is
   * imported.
   */
  runs(source: Source): Promise<RunInSource[]>;
  /** What becomes of more than one when they are imported as one, in a sentence; null where the session itself says more. */
  together(runs: readonly RunInSource[]): string | null;
  /** What the search for runs passes over in a source of this size, as a sentence with its number; null for nothing. */
  passedOver?(source: Source): Promise<string | null>;
}
