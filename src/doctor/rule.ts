/** How a check is declared. */
import type { ExaminedGroup, ExaminedRun, ExaminedStep } from './evidence.js';
import type { Judgement } from './judgement.js';
import type { StepSums } from './stepSums.js';

export interface Rule {
  /** Stable: programs go by it. */
  id: string;
  /** The failure. */
  name: string;
  /** What has to be recorded. */
  needs: string;
  /** What it keeps while it reads: never more than this, however long the run. */
  keeps: string;
  /** It makes sense of a run that learns from given texts, too. */
  anyRun?: true;
  /** Rules whose findings follow from this one's, when they do not begin before it. */
  consequences?: readonly string[];
  begin: (run: ExaminedRun) => Examination;
}

/** A rule at work on one run. */
export interface Examination {
  /** A group of a step, before the step itself. */
  group?: (group: ExaminedGroup, step: number) => void;
  /** @param sums what its groups add up to */
  step?: (step: ExaminedStep, sums: StepSums) => void;
  /** May be asked at any time. @param now ms since 1970 */
  judgement: (now: number) => Judgement;
}
