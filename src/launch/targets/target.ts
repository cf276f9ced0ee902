/** A target is a place where jobs run: this machine, another one, the queue of a cluster. What passes through here is data. */
import type { JobRecord } from '../../protocol/jobRecord.js';
import type { Job, OriginReferences, Work } from '../job.js';

/** `launch.target` of an experiment: the target's name and its own settings, which no other part looks into. */
export interface Settings {
  readonly name: string;
}

/** What is handed over, to be read by a person before it is. */
export interface Script {
  /** VS Code's name for what it is written in: `shellscript`. */
  language: string;
  text: string;
}

/** Something that jobs can have there: this machine, a partition of a cluster, a node. Null is what nobody says. */
export interface Offer {
  name: string;
  /** As the target calls it: `up`, `2 of 4 nodes idle`. */
  state: string;
  cpus: number | null;
  memoryBytes: number | null;
  /** A line for each kind, such as `8 × NVIDIA H200`; empty where there are none. */
  gpus: string[] | null;
}

/** The settings that each method takes are those of the experiment whose `launch.target.name` is this target's name. */
export interface Target {
  /** As `launch.target` and `process.json` name it. */
  readonly name: string;
  /**
   * Where a path of this machine lies there, for run directories and for the files of work: the same path where the two share a file
   * system.
   */
  place(path: string, settings: Settings): string;
  /** The Python there, where neither Node nor GRPO Lab's own programs are; absent where they are. */
  python?(settings: Settings): string;
  /** What `submit` would hand over. Absent where the command line says everything. */
  script?(directory: string, work: Work, settings: Settings): Script;
  /**
   * Hands work over; the caller holds the run's lock. When this has resolved, the record lies in the run directory, and the job lives on
   * without the process that has submitted it.
   * @param after what other runs have to provide before the work begins
   * @throws with the target's own message when it refuses the work
   */
  submit(directory: string, work: Work, settings: Settings, after: OriginReferences): Promise<void>;
  /**
   * The job of a record that this target has written, whoever submitted it and whenever: all that it takes to find the job is in the record.
   * @throws when the record cannot be used
   */
  attach(directory: string, record: JobRecord): Job;
  /** What there is to have just now. @throws with the target's own message when it cannot be asked */
  offers(settings: Settings): Promise<Offer[]>;
}
