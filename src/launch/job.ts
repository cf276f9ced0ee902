/**
 * A job is one life of a run. *What* runs is work, *where* is a target (`targets/target.ts`): handing the one to the other makes a job.
 * Its record, `process.json` in the run directory, is all that is needed to find it again, from any process at any time.
 */
import type { z } from 'zod';
import type { OriginKind } from '../experiment/origins.js';
import type { JobRecord, jobResources } from '../protocol/jobRecord.js';

export type Resources = z.output<typeof jobResources>;

/** A program with all that it needs, in words that fit any machine. */
export interface Program {
  /** Executable and arguments; no shell is involved. */
  argv: readonly string[];
  /** Added to the environment that it finds. */
  env: Readonly<Record<string, string>>;
  /** Absolute paths on this machine of what it reads beside its run directory: a target that does not share them brings them along. */
  files: readonly string[];
  resources: Resources;
}

/** What runs. */
export interface Work extends Program {
  /** Working directory, absolute. */
  cwd: string;
}

/** What a run waits for: run ids, with @step where a certain checkpoint is wanted, by what it wants of them. */
export type Wanted = Partial<Record<OriginKind, string>>;

export type JobState =
  /** Accepted, and waiting for its turn. */
  | { kind: 'queued' }
  | { kind: 'running' }
  /** The target says how it ended. */
  | { kind: 'ended'; exitCode: number | null; signal: string | null }
  /** The target knows it no more. */
  | { kind: 'gone' }
  /** It cannot be asked about from here, or not now. */
  | { kind: 'unknown' };

/** Files of a run directory that hold what a job prints. */
export type LogName = 'stdout.log' | 'stderr.log';

/** A job as a target answers for it. Nothing is kept between two calls: it is made of the record whenever it is asked about. */
export interface Job {
  /** Id, target, resources, and when it was last seen to live. */
  readonly record: JobRecord;
  /** For people: "gpu-node-17, process 4711". */
  readonly where: string;
  /** What a finding of its end says beside its name. */
  readonly ownKeys?: Readonly<Record<string, unknown>>;
  state(): Promise<JobState>;
  /**
   * Asks it to end after what it is at, with a checkpoint. `stop.request` lies in the run directory here by then; where the job has
   * another one, it is put there too.
   * @returns false where the job cannot be reached from here
   */
  askToStop(): Promise<boolean>;
  /** Ends it at once, with all that it has started. Harmless when it is gone. */
  kill(): Promise<void>;
  /** @returns the file on this machine that holds what it has printed up to now */
  log(name: LogName): Promise<string>;
  /**
   * Brings what its run directory has gained there into the one here, and says in its record that it was seen; under the run's lock.
   * Absent where the two are one.
   */
  mirror?(): Promise<void>;
}
