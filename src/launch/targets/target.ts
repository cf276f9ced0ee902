import type { JobRecord } from '../../protocol/jobRecord.js';
import type { Job, OriginReferences, Work } from '../job.js';

/** A place where jobs run: this machine, another one, the queue of a cluster. */
export interface Target {
  /** As `process.json` names it. */
  readonly name: string;
  /**
   * Where a path of this machine lies there, for run directories and for the files of work: the same path where the two share a file
   * system.
   */
  place(path: string): string;
  /**
   * Hands work over; the caller holds the run's lock. When this has resolved, the record lies in the run directory, and the job lives on
   * without the process that has submitted it.
   * @param after what other runs have to provide before the work begins
   * @throws with the target's own message when it refuses the work
   */
  submit(directory: string, work: Work, after: OriginReferences): Promise<void>;
  /**
   * The job of a record that this target has written, whoever submitted it and whenever.
   * @throws when the record cannot be used
   */
  attach(directory: string, record: JobRecord): Job;
}
