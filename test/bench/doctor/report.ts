/** The calibration as Markdown. */
import { failures } from './failures.js';
import type { Course } from './courses.js';
import { controlOf, falseAlarms, medianOf, scoreOf, within, type Score } from './score.js';

const signed = (x: number): string => (x > 0 ? `+${x}` : x < 0 ? `−${-x}` : '0');
const spread = (values: readonly number[]): string => {
  const middle = medianOf(values);
  return middle === null ? '–' : `${signed(middle)} (${signed(Math.min(...values))} to ${signed(Math.max(...values))})`;
};
const numbers = (values: readonly (number | null)[]): number[] => values.filter((x) => x !== null);

/** Which of them how often, the most frequent first. */
export function counted(names: readonly string[]): string {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  const sorted = [...times].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return sorted.map(([name, n]) => `${name} ${n}`).join(', ') || '–';
}

/** One row for each failure, one for all, one for the control, and what is found where nothing is wrong. */
export function reportOf(courses: readonly Course[]): string {
  const rows = failures.flatMap((failure) => {
    const scores = courses.filter((c) => c.run.failure?.id === failure.id).map(scoreOf);
    return scores.length === 0 ? [] : [rowOf(failure.title, failure.by, scores)];
  });
  const all = courses.filter((c) => c.run.failure !== null).map(scoreOf);
  const without = (kind: string): Course[] => courses.filter((c) => c.run.kind === kind);
  const control = controlOf(courses);
  const healthy = without('healthy').length;
  // Runs of a seed share the steps before the failure.
  const shared = new Map(courses.flatMap((c) => (c.run.before ? [[c.run.before.name, scoreOf(c).before]] : [])));
  const early = [...shared.values()];
  return [
    `| failure | put into | first within ${within} steps | later, or not first | missed | first instead | steps until named | onset named, less the true one | before the fall of held-out accuracy |`,
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
    rowOf('**all**', '', all),
    `| control: an alarm at step ${control.step} in every run | | ${control.named} of ${control.of} (${control.inTime} in time, the commonest failure’s name) | | ${control.of - control.inTime} | | | off by ${control.onsetError} | |`,
    '',
    '| nothing is wrong | runs | findings | a run | which |',
    '|---|---|---|---|---|',
    ...(['healthy', 'plateau'] as const).map((kind) => {
      const found = without(kind).flatMap(falseAlarms);
      return `| ${kind} | ${without(kind).length} | ${found.length} | ${(found.length / Math.max(1, without(kind).length)).toFixed(2)} | ${counted(found)} |`;
    }),
    `| before the onset of a failure | ${early.length} | ${early.flat().length} | ${(early.flat().length / Math.max(1, early.length)).toFixed(2)} | ${counted(early.flat())} |`,
    `| control | ${healthy} | ${healthy} | 1.00 | |`,
  ].join('\n');
}

function rowOf(title: string, by: string, scores: readonly Score[]): string {
  const of = (verdict: Score['verdict']): number => scores.filter((s) => s.verdict === verdict).length;
  const instead = scores.flatMap((s) => (s.verdict === 'first' ? [] : [s.stoodFirst ?? 'nothing']));
  const fell = scores.filter((s) => s.fell).length;
  return `| ${[
    title,
    by,
    `${of('first')} of ${scores.length}`,
    String(of('found')),
    String(of('missed')),
    counted(instead),
    spread(numbers(scores.map((s) => s.delay))),
    spread(numbers(scores.map((s) => s.onsetError))),
    fell === 0 ? 'no fall' : `${spread(numbers(scores.map((s) => s.lead)))} in ${fell}`,
  ].join(' | ')} |`;
}
