import { toWire } from '../../protocol/arrays.js';
import type { ImportItem, SourceFile } from '../importer.js';

/** Evaluations without a step are told as one: step 0 is what was before training, and cannot be taken back. */
export const EVALUATION_STEP = 1;

export interface TaskScore {
  suite: string;
  mode: string;
  value: number;
  /** Questions; null when the files do not tell. */
  n: number | null;
  checker: string;
  /** Whether the metric is a share of right answers. */
  fraction: boolean;
}

/** A file of scores, and the tasks that it tells scores of. */
export interface ScoresFile {
  readonly file: SourceFile;
  readonly suites: ReadonlySet<string>;
}

/** The newest of the files that tell of the same task: an evaluation may have been repeated. @param keyOf the task, and whose it is */
export function newestOfEach<T extends { time: string }>(files: readonly T[], keyOf: (file: T) => string): T[] {
  const newest = new Map<string, T>();
  for (const file of files) {
    const before = newest.get(keyOf(file));
    if (!before || before.time < file.time) newest.set(keyOf(file), file);
  }
  return [...newest.values()];
}

/** Says how many files were left out for newer ones of the same tasks. @param kind `details`, `samples` */
export function* olderLeftOut(count: number, kind: string): Iterable<ImportItem> {
  if (count === 0) return;
  const message = `${count} ${kind} files of earlier evaluations of the same tasks are left out: the newest of each is shown.`;
  yield { kind: 'note', note: { id: 'older', level: 'warning', message } };
}

/** Scores of one task that several files tell: those of the last one stand. @param files in the order in which they were told */
export function* scoresAgain(files: readonly ScoresFile[]): Iterable<ImportItem> {
  const tellers = new Map<string, string[]>();
  for (const { file, suites } of files) for (const suite of suites) tellers.set(suite, [...(tellers.get(suite) ?? []), file.name]);
  const again = [...tellers].filter(([, names]) => names.length > 1);
  if (again.length === 0) return;
  const last = new Set(again.map(([, names]) => names.at(-1)!));
  const left = [...new Set(again.flatMap(([, names]) => names.slice(0, -1)))];
  const list = (names: Iterable<string>): string => {
    const all = [...names];
    return `${all.slice(0, 8).join(', ')}${all.length > 8 ? ` and ${all.length - 8} more` : ''}`;
  };
  yield {
    kind: 'note',
    note: {
      id: 'results-again',
      level: 'warning',
      message: `${new Set([...last, ...left]).size} files tell scores of the same tasks (${list(again.map(([suite]) => suite))}): those of ${list(last)} stand, and those of ${list(left)} are left out. Import one of these files alone to see its scores.`,
    },
  };
}

/** Shares of right answers as benchmarks, everything else (perplexity, BLEU, …) as metrics `suite/mode`. */
export function* evaluationValues(step: number, scores: readonly TaskScore[]): Iterable<ImportItem> {
  const others: Record<string, ReturnType<typeof toWire>> = {};
  for (const { suite, mode, value, n, checker, fraction } of scores)
    if (fraction && n !== null && n >= 1 && value >= 0 && value <= 1)
      yield { kind: 'event', event: { type: 'benchmark', step, suite, mode, value, n, checker } };
    else others[`${suite}/${mode}`.slice(0, 200)] = toWire(value);
  if (Object.keys(others).length > 0) yield { kind: 'event', event: { type: 'metrics', step, values: others } };
}
