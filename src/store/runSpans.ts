/** The spans of a run, read at once: their lanes and names as numbers. */
import { naturally } from '../core/naturalOrder.js';
import type { SpanColumns } from '../core/spanTimes.js';
import { perConnection } from './question.js';

/** Names that are told apart. */
const mostNames = 12;
const otherName = 'other';

export interface RunSpans {
  columns: SpanColumns;
  /** All of them, sorted. */
  lanes: string[];
  names: KeptNames;
  misplaced: number;
  /** None of them can be placed. */
  isEmpty: boolean;
}

type SpanRow = [step: number, lane: string, name: string, start: number | null, end: number | null];

/** The spans of a run; undefined when it has none. */
export const runSpans = perConnection(({ db }) => {
  const rows = db
    .prepare<[string], SpanRow>(
      `SELECT step, lane, name, start, "end" FROM spans WHERE run = (SELECT key FROM runs WHERE id = ? AND gone = 0)`,
    )
    .raw();
  return (run: string): RunSpans | undefined => {
    const columns = { lane: [] as number[], name: [] as number[], step: [] as number[], start: [] as number[], end: [] as number[] };
    const lanes = new Indices();
    const names = new Indices();
    const ms: number[] = [];
    let misplaced = 0;
    for (const [step, lane, name, start, end] of rows.iterate(run)) {
      if (start === null || end === null || end < start) {
        misplaced++;
        continue;
      }
      columns.step.push(step);
      columns.lane.push(lanes.of(lane));
      const k = names.of(name);
      columns.name.push(k);
      ms[k] = (ms[k] ?? 0) + end - start;
      columns.start.push(start);
      columns.end.push(end);
    }
    const isEmpty = columns.start.length === 0;
    if (isEmpty && misplaced === 0) return undefined;
    const sorted = lanes.all.toSorted(naturally);
    const placeOf = new Map(sorted.map((lane, i) => [lane, i]));
    const laneIndex = lanes.all.map((lane) => placeOf.get(lane)!);
    const kept = mostTime(names.all, ms);
    columns.lane = columns.lane.map((l) => laneIndex[l]);
    columns.name = columns.name.map((k) => kept.index[k]);
    return { columns, lanes: sorted, names: { names: kept.names, otherNames: kept.otherNames }, misplaced, isEmpty };
  };
});

/** Gives each text a number. */
class Indices {
  readonly all: string[] = [];
  private readonly known = new Map<string, number>();

  of(text: string): number {
    const found = this.known.get(text);
    if (found !== undefined) return found;
    this.known.set(text, this.all.length);
    return this.all.push(text) - 1;
  }
}

/** What is told apart of very many names. */
export interface KeptNames {
  names: string[];
  /** Names that are called 'other'. */
  otherNames: number;
}

/** The names that most time goes to, and 'other' for the rest. @returns also the new index of each */
export function mostTime(all: readonly string[], ms: readonly number[]): KeptNames & { index: number[] } {
  const order = all.map((_, k) => k).sort((a, b) => ms[b] - ms[a] || naturally(all[a], all[b]));
  const kept = all.length <= mostNames ? order : order.slice(0, mostNames - 1);
  const otherNames = all.length - kept.length;
  const names = [...kept.map((k) => all[k]), ...(otherNames > 0 ? [otherName] : [])];
  const index = all.map((_, k) => (kept.includes(k) ? kept.indexOf(k) : kept.length));
  return { names, otherNames, index };
}

/** Beginning of the first and end of the last of the spans that count. */
export function extent({ start, end }: SpanColumns, counts: (i: number) => boolean): [first: number, last: number] {
  let [first, last] = [Infinity, -Infinity];
  for (let i = 0; i < start.length; i++) {
    if (!counts(i)) continue;
    first = Math.min(first, start[i]);
    last = Math.max(last, end[i]);
  }
  return [first, last];
}
