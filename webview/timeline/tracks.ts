/** Lanes over time: what is drawn in which row, where nothing goes on, and what lies beside what. Pure. */
import type { SpanBlock } from '../../src/core/spanBlocks.js';
import type { Timeline } from '../../src/store/views.js';

/** Spans of one lane that go on at once lie in rows below each other; what is deeper lies in the last one. */
export const mostRows = 6;

export interface Work extends SpanBlock {
  kind: 'work';
  row: number;
}

/** Nothing goes on in a lane, between two of its spans. */
export interface Stall {
  kind: 'stall';
  lane: number;
  start: number;
  end: number;
}

export type Item = Work | Stall;

export interface Track {
  lane: number;
  name: string;
  rows: number;
  /** In the order of their beginning. */
  items: Item[];
  /** Spans that are drawn over others, because there are too many at once. */
  hidden: number;
}

export function tracksOf({ lanes, blocks, around }: Pick<Timeline, 'lanes' | 'blocks' | 'around'>): Track[] {
  const ofLane = lanes.map((): SpanBlock[] => []);
  for (const block of blocks) ofLane[block.lane].push(block);
  return lanes.map((name, lane) => trackOf(lane, name, ofLane[lane], around[lane]));
}

/** @param blocks in the order of their beginning */
function trackOf(lane: number, name: string, blocks: readonly SpanBlock[], around: Timeline['around'][number]): Track {
  /** When each row is free again. */
  const free: number[] = [];
  const items: Item[] = [];
  let hidden = 0;
  let reached = around.before;
  for (const block of blocks) {
    if (reached !== null && block.start > reached) items.push({ kind: 'stall', lane, start: reached, end: block.start });
    reached = Math.max(block.end, reached ?? block.end);
    let row = free.findIndex((end) => end <= block.start);
    if (row < 0) row = Math.min(free.length, mostRows - 1);
    if ((free.at(row) ?? -Infinity) > block.start) hidden++;
    free[row] = Math.max(block.end, free.at(row) ?? block.end);
    items.push({ kind: 'work', ...block, row });
  }
  if (reached !== null && around.after !== null && around.after > reached)
    items.push({ kind: 'stall', lane, start: reached, end: around.after });
  return { lane, name, rows: Math.max(1, free.length), items, hidden };
}

/** What is at a time and a row, or nearest to it within a tolerance (thin blocks must be hit, too). */
export function itemAt({ items }: Track, time: number, row: number, tolerance: number): Item | undefined {
  let nearest: Item | undefined;
  let least = Infinity;
  for (const item of items) {
    if (item.kind === 'work' && item.row !== row) continue;
    const away = Math.max(0, item.start - time, time - item.end);
    // Of what is equally near, work before a stall: its edges are thin.
    if (away <= tolerance && (away < least || (away === least && nearest?.kind === 'stall'))) [nearest, least] = [item, away];
  }
  return nearest;
}

/** The next item of a track, or the one before. @returns undefined at its end */
export function itemBeside({ items }: Track, from: Item, by: 1 | -1): Item | undefined {
  const at = items.findIndex((i) => sameItem(i, from));
  return at < 0 ? undefined : items.at(at + by < 0 ? items.length : at + by);
}

export const sameItem = (a: Item, b: Item): boolean =>
  a.kind === b.kind && a.lane === b.lane && a.start === b.start && a.end === b.end && (a.kind === 'stall' || a.row === (b as Work).row);

export interface Meanwhile {
  lane: number;
  name: number;
  ms: number;
}

/** What the other lanes did during a stall, most time first. Of blocks that stand for several spans, as much as they were busy. */
export function meanwhile(blocks: readonly SpanBlock[], stall: Stall): Meanwhile[] {
  const found = new Map<string, Meanwhile>();
  for (const b of blocks) {
    const overlap = Math.min(b.end, stall.end) - Math.max(b.start, stall.start);
    if (b.lane === stall.lane || overlap <= 0) continue;
    const key = `${b.lane} ${b.name}`;
    const one = found.get(key) ?? { lane: b.lane, name: b.name, ms: 0 };
    one.ms += overlap * Math.min(1, b.busy / (b.end - b.start));
    found.set(key, one);
  }
  return [...found.values()].sort((a, b) => b.ms - a.ms);
}

/** Where steps begin: the first span of each. Blocks of several spans name only one step of theirs, and are passed over. */
export function stepMarks(blocks: readonly SpanBlock[], from: number, to: number): { step: number; time: number }[] {
  const first = new Map<number, number>();
  for (const { step, start, count } of blocks) if (count === 1 && start < (first.get(step) ?? Infinity)) first.set(step, start);
  return [...first]
    .map(([step, time]) => ({ step, time }))
    .filter(({ time }) => time >= from && time <= to)
    .sort((a, b) => a.time - b.time);
}
