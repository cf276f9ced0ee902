import type { JobRecord } from '../../protocol/jobRecord.js';
import type { Job, Wanted, Work } from '../job.js';

/** A place where jobs run: this machine, another one, the queue of a cluster. */
export interface Target {
  /** As `process.json` names it. */
  readonly name: string;
  /**
   * Where a path of this machine lies there, for run directories and for the files of work: the same one where they share a file system.
   */
  place(path: string): string;
  /**
   * Hands work over, under the run's lock. When this is done the record lies in the run directory, and the job lives on without whoever
   * has submitted it.
   * @param after what other runs have to provide before the work begins
   * @throws in the target's own words when it does not take it
   */
  submit(directory: string, work: Work, after: Wanted): Promise<void>;
  /**
   * The job of a record that this target has written, whoever submitted it and whenever.
   * @throws when the record cannot be used
   */
  attach(directory: string, record: JobRecord): Job;
}
