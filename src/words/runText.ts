/** A run in the few words that explorer, CodeLens and status bar have room for. */
import { graphemes } from '../core/graphemes.js';
import { isEvaluation } from '../core/methods.js';
import { isLive, shownState, type RunSummary, type ShownState } from '../store/views.js';
import { boundsOf } from '../protocol/metrics.js';
import { count, extentText, significant } from '../core/format.js';
import { formatName } from '../core/importFormats.js';
import { sparkline } from './sparklineText.js';
import { coarse, timeLeft } from './timeLeft.js';
import { abridged } from '../core/questionPreview.js';

/** `run 3` or `evaluation 3`, unless a person gave it a name of its own. */
export function runLabel(r: Pick<RunSummary, 'name' | 'number' | 'experiment' | 'method'>): string {
  if (r.name !== `${r.experiment}-${r.number}`) return r.name;
  return `${isEvaluation(r.method) ? 'evaluation' : 'run'} ${r.number}`;
}

/** In a row without its experiment's above it: `arith-grpo`, the only one of its kind, or the name that a person gave it. */
export function loneLabel(r: Pick<RunSummary, 'name' | 'number' | 'experiment'>): string {
  return r.name === `${r.experiment}-${r.number}` ? r.experiment : r.name;
}

/** `checkpoint-500-re…-with-kl-0.04`: both ends say most. */
export function shortened(name: string, limit: number): string {
  const signs = graphemes(name);
  if (signs.length <= limit) return name;
  const end = Math.floor((limit - 1) / 2);
  return `${signs.slice(0, limit - 1 - end).join('')}…${signs.slice(-end).join('')}`;
}

/** `42/100`, or `step 42` when the total is unknown. */
export const stepText = (r: Pick<RunSummary, 'step' | 'totalSteps'>): string =>
  r.totalSteps === null ? `step ${r.step}` : `${r.step}/${r.totalSteps}`;

/** As `stepText`; an evaluation has benchmarks where others have steps: `2 of 3 benchmarks`, `1 benchmark`. */
function done(r: Pick<RunSummary, 'method' | 'step' | 'totalSteps'>): string {
  if (!isEvaluation(r.method)) return stepText(r);
  return r.totalSteps === null || r.step === r.totalSteps ? count(r.step, 'benchmark') : `${r.step} of ${count(r.totalSteps, 'benchmark')}`;
}

/** `imported · TensorBoard`, with the method where the files tell it; `grpo` for what was launched. */
export function sourceText({ method, importedFrom, importFormat }: Pick<RunSummary, 'method' | 'importedFrom' | 'importFormat'>): string {
  if (importedFrom === null) return method;
  return [method === 'unknown' ? '' : method, 'imported', importFormat === null ? '' : formatName(importFormat)]
    .filter(Boolean)
    .join(' · ');
}

/** The number that says best how a run is doing: `held-out 0.73` once it has ended, else `reward 0.71`, else `loss 0.42`. */
export function headline(r: Pick<RunSummary, 'latest' | 'state'>): string {
  const order = isLive(r.state) ? ['reward/mean', 'accuracy/held_out', 'loss'] : ['accuracy/held_out', 'reward/mean', 'loss'];
  const metric = order.find((m) => m in r.latest);
  return metric === undefined ? '' : `${shortNames[metric]} ${significant(r.latest[metric])}`;
}

const shortNames: Record<string, string> = { 'reward/mean': 'reward', 'accuracy/held_out': 'held-out', loss: 'loss' };

/** Mean time per step × steps to go, or '' when the run is not going or nothing is known. */
export function remaining(r: Pick<RunSummary, 'state' | 'quietSince' | 'step' | 'totalSteps' | 'secondsPerStep'>): string {
  if (shownState(r) !== 'running' || r.totalSteps === null || r.secondsPerStep === null) return '';
  return timeLeft(r.secondsPerStep * Math.max(0, r.totalSteps - r.step));
}

/** `quiet for 3 min`, of a run that says that it goes on and was not heard of since; else its state. @param now milliseconds since 1970 */
export const stateText = (r: Pick<RunSummary, 'state' | 'quietSince'>, now = Date.now()): string =>
  r.quietSince === null ? r.state : `quiet for ${coarse(Math.max(0, now - Date.parse(r.quietSince)) / 1000)}`;

/** ▁▂▄▆ of the reward (or what takes its place). */
export const curveText = ({ spark }: Pick<RunSummary, 'spark'>, width?: number): string =>
  sparkline(spark.values, boundsOf(spark.metric), width);

/** Of what that curve is, and from where to where it goes: `reward 0.104 to 0.713`; '' where there is none. */
export function curveRange({ spark }: Pick<RunSummary, 'spark'>): string {
  const { metric, values, extent } = spark;
  return values.length < 2 || !extent ? '' : `${shortNames[metric] ?? metric} ${extentText(extent.low, extent.high)}`;
}

/** Beside a run in the explorer: `42/100 · reward 0.71 ▁▂▄▆ · 2 min left`. */
export const runDescription = (r: RunSummary): string => described(r, curveText(r));

/** As `runDescription`, to be read aloud: `42/100 · reward 0.71 (curve: reward 0.104 to 0.713) · 2 min left`. */
export function spokenDescription(r: RunSummary): string {
  const range = curveRange(r);
  return described(r, range && `(curve: ${range})`);
}

function described(r: RunSummary, curveOf: string): string {
  const curve = [headline(r), isLive(r.state) ? curveOf : ''].filter(Boolean).join(' ');
  const shown = shownState(r);
  const state: Record<ShownState, string> = {
    starting: r.job ?? 'starting',
    running: done(r),
    quiet: `${done(r)} · ${stateText(r)}`,
    finished: done(r),
    stopped: `stopped at step ${r.step}`,
    failed: `failed at step ${r.step}`,
    died: `ended at step ${r.step}`,
  };
  const ended = r.state === 'failed' || r.state === 'died' ? firstLine(r.message) : '';
  return [ended ? `${state[shown]}: ${ended}` : state[shown], ended ? '' : curve, remaining(r)].filter(Boolean).join(' · ');
}

/** In one line of a CodeLens or status bar: `run 3: 42/100 reward 0.71 ▁▂▄▆`. */
export const runLine = (r: RunSummary): string =>
  `${runLabel(r)}: ${[stepText(r), r.quietSince === null ? '' : stateText(r), headline(r), curveText(r, 6)].filter(Boolean).join(' ')}`;

/**
 * Where a run's weights come from: `from arith-pretrain-1@400 → arith-sft-1@150`, or what an evaluation tests; '' when it starts anew.
 * @param stages oldest first
 */
export function originText({ method }: Pick<RunSummary, 'method'>, stages: readonly { name: string; step: number | null }[]): string {
  const names = stages.map(({ name, step }) => (step === null ? name : `${name}@${step}`));
  return names.length === 0 ? '' : `${isEvaluation(method) ? 'evaluates' : 'from'} ${names.join(' → ')}`;
}

export const firstLine = (text: string | null, limit = 80): string => abridged((text ?? '').trim().split('\n', 1)[0], limit);
