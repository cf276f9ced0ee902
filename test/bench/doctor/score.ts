/** What the doctor's findings are worth, run by run. */
import { mean } from '../../../src/core/stats.js';
import { median } from '../../../src/doctor/windows.js';
import type { Course, Named } from './courses.js';

/** A failure has to be named so many steps after it began. */
export const within = 30;
/** A fall of held-out accuracy: two measurements in a row lower by so much than the mean of the three before the onset. */
const fall = 0.15;

export interface Score {
  /** first: what stands first 30 steps after the onset names it. found: it is named, but later or not first. */
  verdict: 'first' | 'found' | 'missed';
  /** What stood first 30 steps after the onset; null: nothing. */
  stoodFirst: string | null;
  /** Steps from the onset until it was named first. */
  delay: number | null;
  /** The onset that is named, less the true one. */
  onsetError: number | null;
  /** Findings before the onset. */
  before: string[];
  /** Steps by which it was named before held-out accuracy fell; null where that did not fall or it was not named. */
  lead: number | null;
  fell: boolean;
}

/** Of a run with a failure. */
export function scoreOf({ run, findings, heldOut }: Course): Score {
  const onset = run.onset!;
  const names = new Set(run.failure!.named);
  const isNamed = (f: Named | undefined): boolean => f !== undefined && names.has(f.id);
  const steps = [...findings.keys()];
  const judged = findings.get(onset + within) ?? [];
  const since = steps.filter((s) => s >= onset);
  const first = since.find((s) => isNamed(findings.get(s)![0]));
  const anywhere = since.some((s) => findings.get(s)!.some((f) => isNamed(f) || f.consequences.some((c) => names.has(c))));
  const verdict = isNamed(judged[0]) ? 'first' : anywhere ? 'found' : 'missed';
  const delay = first === undefined ? null : first - onset;
  const fallen = fallOf(heldOut, onset);
  return {
    verdict,
    stoodFirst: judged.at(0)?.id ?? null,
    delay,
    onsetError: verdict === 'first' ? judged[0].onset - onset : null,
    before: [...new Set(steps.filter((s) => s < onset).flatMap((s) => findings.get(s)!.map((f) => f.id)))],
    lead: fallen === null || first === undefined ? null : fallen - first,
    fell: fallen !== null,
  };
}

/** The step at which it fell; null: it did not, or was nothing before. */
function fallOf(heldOut: Course['heldOut'], onset: number): number | null {
  const before = heldOut.filter(({ step }) => step < onset).slice(-3);
  if (before.length === 0) return null;
  const least = mean(before.map((m) => m.value)) - fall;
  const after = heldOut.filter(({ step }) => step >= onset);
  const at = after.findIndex((m, i) => m.value < least && i + 1 < after.length && after[i + 1].value < least);
  return at < 0 ? null : after[at].step;
}

/** Checks that found something in a run in which nothing is wrong, at any of its steps. */
export const falseAlarms = ({ findings }: Course): string[] => [
  ...new Set([...findings.values()].flat().flatMap((f) => [f.id, ...f.consequences])),
];

/** Null of none. */
export const medianOf = (values: readonly number[]): number | null => (values.length === 0 ? null : median(values));

export interface Control {
  /** The step at which it raises its alarm in every run: the one at which it does best on these very runs. */
  step: number;
  /** Runs with a failure that began within 30 steps before it. */
  inTime: number;
  /** Of these, those that it names, when it always says the failure that is most frequent. */
  named: number;
  of: number;
  /** Median distance of its step from the onset. */
  onsetError: number;
}

/** What somebody finds who knows the number of the step and nothing else. */
export function controlOf(courses: readonly Course[]): Control {
  const failing = courses.filter((c) => c.run.onset !== null);
  const at = (step: number): number => failing.filter((c) => step >= c.run.onset! && step <= c.run.onset! + within).length;
  const last = Math.max(...courses.map((c) => Math.max(...c.findings.keys())));
  const candidates = Array.from({ length: last }, (_, i) => i + 1);
  const step = candidates.reduce((best, s) => (at(s) > at(best) ? s : best));
  const counts = new Map<string, number>();
  for (const c of failing) counts.set(c.run.failure!.id, (counts.get(c.run.failure!.id) ?? 0) + 1);
  return {
    step,
    inTime: at(step),
    named: Math.max(...counts.values()),
    of: failing.length,
    onsetError: median(failing.map((c) => Math.abs(step - c.run.onset!))),
  };
}
