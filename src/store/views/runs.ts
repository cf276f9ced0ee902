/** A run: as the list shows it, and with all that is known of it. */
import type { LogpTemperatures } from '../../core/logpTemperature.js';
import type { TrainingSetup } from '../../core/trainingSetup.js';
import type { ImportOrigin } from '../../protocol/runFiles.js';

export type RunState = 'starting' | 'running' | 'finished' | 'stopped' | 'failed' | 'died';
/** Whether nothing says that it has ended. */
export const isLive = (s: RunState): boolean => s === 'starting' || s === 'running';
/** As people see it: of a quiet run nobody knows whether it goes on. */
export type ShownState = RunState | 'quiet';
export const shownState = ({ state, quietSince }: Pick<RunSummary, 'state' | 'quietSince'>): ShownState =>
  quietSince === null ? state : 'quiet';

export interface RunSummary {
  id: string;
  name: string;
  number: number;
  experiment: string;
  experimentPath: string | null;
  backend: string;
  method: string;
  state: RunState;
  /** When it was heard of last, ISO, of a live run of which neither an event nor a heartbeat has come for a while; else null. */
  quietSince: string | null;
  /** What goes on now, or why the run ended. */
  message: string | null;
  step: number;
  totalSteps: number | null;
  parent: { run: string; step: number } | null;
  /** The reward model that its reward asks. */
  rewardModel: { run: string; step: number } | null;
  /** ISO times. */
  created: string;
  updated: string;
  /** Newest value of some metrics, by name. */
  latest: Record<string, number>;
  /**
   * Reward mean over the run (or, without rewards, held-out accuracy or loss), for a sparkline: at most 24 means of neighbours,
   * and the lowest and highest of all values; null when there are none.
   */
  spark: { metric: string; values: number[]; extent: { low: number; high: number } | null };
  /** Mean seconds per step over the last 20 steps, or null. */
  secondsPerStep: number | null;
  /** Events that could not be used. */
  problems: number;
  /** Path of what it was imported from; null for a run that was launched here. */
  importedFrom: string | null;
  /** Id of the importer that read it; null for a run that was launched here. */
  importFormat: string | null;
  /** Where it is carried out and why it waits, of a live run on another target; put in by who asks its target (no database knows it). */
  job?: string;
}

/** Place of a run in the list of all. */
export type RunPlace = Pick<RunSummary, 'created' | 'id'>;

export interface RunDetail extends RunSummary {
  directory: string;
  source: string;
  resolved: Record<string, unknown>;
  command: string[];
  host: string;
  git: { commit: string; dirty: boolean } | null;
  versions: Record<string, string>;
  seed: number | null;
  threads: number | null;
  logpTemperatures: LogpTemperatures;
  /** What trains, how and on what; null where the trainer did not tell. */
  setup: TrainingSetup | null;
  /** Last stderr lines when it ended badly. */
  tail: string[];
  /** Events of types that this version does not know: kept in the run directory, passed over. */
  unknownEvents: number;
  /** Of an imported run: where it comes from, and what there is to know of how. */
  import: ImportOrigin | null;
}

/** "Something of this run changed": what to ask again is the receiver's choice. */
export interface RunChange {
  run: string;
  /** Newest step with data. */
  upTo: number;
  /** The run appeared, vanished or changed its state or name. */
  identity: boolean;
}
