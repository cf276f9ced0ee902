/** Event files that lie together: restarts of one run, or runs of their own. */
import { TfEventsTail } from '../files/tfevents.js';
import { ImportError, type ImportNote, type SourceFile } from '../importer.js';

interface Steps {
  first: number;
  last: number;
  /** How far they lie apart. */
  apart: number;
}

/**
 * In the order in which they were begun, a file is joined to the one that it goes on from: its first step is behind the other's first,
 * and not further behind the other's last than its steps lie apart. One that tells other metrics than those before it is a part of the
 * same run. What begins anew is a run of its own.
 * @returns the runs, each with its files in order
 */
export async function joinRestarts(files: readonly SourceFile[]): Promise<SourceFile[][]> {
  const runs: (Steps & { files: SourceFile[]; tags: Set<string> })[] = [];
  for (const file of inOrder(files)) {
    const { tags, ...steps } = await numbersOf(file);
    const isPart = (run: { tags: ReadonlySet<string> }): boolean => ![...tags].some((tag) => run.tags.has(tag));
    const joined = runs.findLast((run) => isPart(run) || goesOn(steps, run));
    if (!joined) {
      runs.push({ ...steps, files: [file], tags });
      continue;
    }
    joined.files.push(file);
    if (joined.tags.size === 0) Object.assign(joined, steps);
    else if (!isPart(joined)) joined.last = steps.last;
    for (const tag of tags) joined.tags.add(tag);
  }
  return runs.map(({ files: own }) => own);
}

const goesOn = ({ first }: Steps, run: Steps): boolean => first > run.first && first <= run.last + 2 * run.apart;

/** By the time in their names, which is when they were begun, and then by name. */
export const inOrder = (files: readonly SourceFile[]): SourceFile[] =>
  [...files].sort((a, b) => begunAt(a) - begunAt(b) || (a.name < b.name ? -1 : 1));

/** Seconds since 1970, as TensorBoard's writer puts them into the name; 0 for another name. */
export const begunAt = ({ name }: Pick<SourceFile, 'name'>): number => Number(/\.tfevents\.(\d{9,11})\./.exec(name)?.[1] ?? 0);

/** What cannot be read is said when it is imported: what comes before it counts. */
async function numbersOf(file: SourceFile): Promise<Steps & { tags: Set<string> }> {
  const steps = new Set<number>();
  const tags = new Set<string>();
  let [first, last] = [Infinity, -Infinity];
  try {
    for await (const event of new TfEventsTail(file).read(new AbortController().signal)) {
      if ('text' in event || event.step < 0) continue;
      steps.add(event.step);
      tags.add(event.tag);
      [first, last] = [Math.min(first, event.step), Math.max(last, event.step)];
    }
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
  }
  return { tags, first, last, apart: steps.size > 1 ? (last - first) / (steps.size - 1) : Math.max(1, first) };
}

/** Steps that several event files tell, where the later file's values stand. */
export class StepsAgain {
  /** By tag and file the first and last step. */
  private readonly ranges = new Map<string, Map<string, { first: number; last: number }>>();

  saw(tag: string, step: number, file: string): void {
    const ofTag = this.ranges.get(tag) ?? new Map<string, { first: number; last: number }>();
    this.ranges.set(tag, ofTag);
    const range = ofTag.get(file);
    if (!range) ofTag.set(file, { first: step, last: step });
    else if (step < range.first) range.first = step;
    else if (step > range.last) range.last = step;
  }

  *notes(): Iterable<ImportNote> {
    const files = new Set<string>();
    let [first, last] = [Infinity, -Infinity];
    for (const ofTag of this.ranges.values())
      for (const [file, a] of ofTag)
        for (const [other, b] of ofTag) {
          const from = Math.max(a.first, b.first);
          const to = Math.min(a.last, b.last);
          if (file === other || from > to) continue;
          files.add(file);
          [first, last] = [Math.min(first, from), Math.max(last, to)];
        }
    if (files.size > 0)
      yield {
        id: 'steps-again',
        level: 'warning',
        message: `${files.size} TensorBoard files tell of the same ${first === last ? `step ${first}` : `steps, ${first} to ${last}`}: of each metric the value in the file begun last stands.`,
      };
  }
}
