/** How a run's state reads. Pure. */
import { isEvaluation } from '../../src/core/methods.js';
import { isLive, type RunState, type RunSummary, type ShownState } from '../../src/store/views.js';
import { duration, relativeTime } from '../../src/core/format.js';

export const stateIcon: Record<ShownState, string> = {
  starting: 'loading codicon-modifier-spin',
  running: 'sync codicon-modifier-spin',
  quiet: 'watch',
  finished: 'pass',
  stopped: 'debug-pause',
  failed: 'error',
  died: 'error',
};

export const endedBadly = (state: RunState): boolean => state === 'failed' || state === 'died';
export const canResume = (state: RunState): boolean => state === 'stopped' || endedBadly(state);

/** `quiet for 3 min 5 s`, of a run that says that it goes on and was not heard of since; else its state. @param now milliseconds since 1970 */
export const stateText = ({ state, quietSince }: Pick<RunSummary, 'state' | 'quietSince'>, now: number): string =>
  quietSince === null ? state : `quiet for ${about(Math.max(0, now - Date.parse(quietSince)) / 1000)}`;

/** `1 min 12 s, 2 min left`; of an ended run only how long it took, of an import when: what it took says nothing of the training. @param now milliseconds since 1970 */
export function timeText(run: RunSummary, now: number): string {
  if (run.importedFrom !== null && !isLive(run.state)) return importedText(run, now);
  const end = isLive(run.state) ? now : Date.parse(run.updated);
  const elapsed = duration(Math.max(0, (end - Date.parse(run.created)) / 1000));
  const left = secondsLeft(run);
  if (left === undefined) return elapsed;
  return left < 10 ? `${elapsed}, nearly done` : `${elapsed}, ${about(left)} left`;
}

/** `imported 2 h ago` */
function importedText({ created }: RunSummary, now: number): string {
  const when = relativeTime(created, now);
  return `imported ${when === 'now' ? 'just now' : when}`;
}

export function secondsLeft({ state, quietSince, totalSteps, step, secondsPerStep }: RunSummary): number | undefined {
  if (!isLive(state) || quietSince !== null || totalSteps === null || secondsPerStep === null) return undefined;
  return Math.max(0, totalSteps - step) * secondsPerStep;
}

/** An estimate does not pretend to know seconds. */
const about = (seconds: number): string => duration(seconds < 90 ? Math.ceil(seconds / 10) * 10 : Math.round(seconds / 60) * 60);

/** What the run is: `arith-grpo · grpo · embedded · seed 7 · from arith-sft-1-k3f9 at step 200`. */
export function kinship(run: RunSummary & { seed: number | null }): string {
  // Of an import another line tells where it comes from, and its files may not tell the method.
  const parts = [run.experiment, ...(run.method === 'unknown' ? [] : [run.method]), ...(run.importedFrom === null ? [run.backend] : [])];
  if (run.seed !== null) parts.push(`seed ${run.seed}`);
  if (run.parent) parts.push(`${isEvaluation(run.method) ? 'evaluates' : 'from'} ${run.parent.run} at step ${run.parent.step}`);
  if (run.rewardModel) parts.push(`reward model of ${run.rewardModel.run} at step ${run.rewardModel.step}`);
  return parts.join(' · ');
}
