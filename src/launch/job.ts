/**
 * A job is one life of a run. *What* runs is work, *where* it runs is a target (`targets/target.ts`): work submitted to a target is a job.
 * Its record, `process.json` in the run directory, is all that is needed to find it again, from any process at any time.
 */
import type { z } from 'zod';
import type { OriginKind } from '../experiment/origins.js';
import type { JobRecord, jobResources } from '../protocol/jobRecord.js';

export type Resources = z.output<typeof jobResources>;

/** A program and all that it needs, without anything that only one machine understands. */
export interface Program {
  /** Executable and arguments; no shell is involved. */
  argv: readonly string[];
  /** Added to the environment that it finds. */
  env: Readonly<Record<string, string>>;
  /** Absolute paths on this machine of what it reads beside its run directory: a target that does not share them brings them along. */
  files: readonly string[];
  resources: Resources;
  /** Arguments added when it is started again to go on from its last checkpoint, by a person or by a queue that gives it another turn. */
  resume: readonly string[];
}

/** What runs. */
export interface Work extends Program {
  /** Working directory, absolute. */
  cwd: string;
}

/** What a run waits for, by the kind of origin: a run's id, with @step where a certain checkpoint is wanted. */
export type OriginReferences = Partial<Record<OriginKind, string>>;

/** `detail` is for people, in the target's own words: why it waits, on which nodes it runs, what ended it, why it cannot be asked about. */
export type JobState =
  /** Accepted, and waiting for its turn. */
  (
    | { kind: 'queued' }
    | { kind: 'running' }
    /** The target says how it ended; `waiting`: before its turn came. */
    | { kind: 'ended'; exitCode: number | null; signal: string | null; waiting?: boolean }
    /** The target no longer knows it. */
    | { kind: 'gone' }
    /** It cannot be asked about from here, or not now. */
    | { kind: 'unknown' }
  ) & { detail?: string };

/** Files of a run directory that hold what a job prints. */
export type LogName = 'stdout.log' | 'stderr.log';

/** A job as its target knows it. It has no state of its own: it is made from the record each time that somebody needs it. */
export interface Job {
  /** Id, target, resources, and when it was last seen to live. */
  readonly record: JobRecord;
  /** For people: "gpu-node-17, process 4711". */
  readonly where: string;
  /** Further keys for the finding that the job is gone, beside its name. */
  readonly ownKeys?: Readonly<Record<string, unknown>>;
  state(): Promise<JobState>;
  /**
   * Asks it to end after its current step, with a checkpoint. The caller has already put `stop.request` into the run directory here; where
   * the job has another run directory, the request is put there, too.
   * @returns false where the job cannot be reached from here
   */
  askToStop(): Promise<boolean>;
  /** Ends it at once, with all that it has started. Harmless when it is gone. */
  kill(): Promise<void>;
  /** @returns the file on this machine that holds what it has printed up to now */
  log(name: LogName): Promise<string>;
  /**
   * Copies what is new in the job's own run directory into the one here, and notes in its record that it was seen. The caller holds the
   * run's lock. Absent where both are the same directory.
   */
  mirror?(): Promise<void>;
}
