import type { Diagnosis } from './doctor.js';
import type { SeriesName } from './namedSeries.js';

/** What the examination of a whole run came to, and what of it was read. */
export interface Examined extends Diagnosis {
  run: string;
  /** The metric that stands for each curve that rules read, of those that are recorded. */
  metrics: Partial<Record<SeriesName, string>>;
  /** Groups of evaluations, which were not trained on and are passed over. */
  evaluationGroups: number;
  /** Steps whose texts were read, of those with groups. */
  textSteps: number;
  groupSteps: number;
}
