/** Which spans are drawn when there are more than there is room for. Pure. */
import type { SpanColumns } from './spanTimes.js';

/** A span, or neighbours in a lane that are too short to be drawn apart. */
export interface SpanBlock {
  lane: number;
  /** Of several: the name that most of the time goes to. */
  name: number;
  /** Of several: the first one's. */
  step: number;
  start: number;
  end: number;
  /** How many spans it stands for. */
  count: number;
  /** Milliseconds in which they went on, each for itself. */
  busy: number;
}

export interface Surroundings {
  before: number | null;
  after: number | null;
}

export interface SpanBlocks {
  /** In the order of their beginning. */
  blocks: SpanBlock[];
  /** Spans that lie in the window, at least in part. */
  count: number;
  /** Of each lane: the last end before the window and the first beginning after it; null where there is none. */
  around: Surroundings[];
  /** Spans that are shorter, in milliseconds, are drawn together with their neighbours; 0 when each is a block of its own. */
  shortest: number;
}

/** Blocks in one answer. */
const mostBlocks = 20_000;

/**
 * The spans in a window, those shorter than one of its columns put together by lane and column. When there are still too many,
 * columns become wider.
 * @param columns how many the window has
 * @param lanes only spans of lanes below it
 * @param most blocks, at least two for each lane
 */
export function blocksOf(spans: SpanColumns, from: number, to: number, columns: number, lanes: number, most = mostBlocks): SpanBlocks {
  const { start, end, lane } = spans;
  const within: number[] = [];
  const around = Array.from({ length: lanes }, (): Surroundings => ({ before: null, after: null }));
  for (let i = 0; i < start.length; i++) {
    if (lane[i] >= lanes) continue;
    const beside = around[lane[i]];
    if (end[i] < from) beside.before = Math.max(end[i], beside.before ?? end[i]);
    else if (start[i] > to) beside.after = Math.min(start[i], beside.after ?? start[i]);
    else within.push(i);
  }
  const count = within.length;
  within.sort((a, b) => inOrder({ start: start[a], end: end[a] }, { start: start[b], end: end[b] }) || a - b);
  // What each can be seen by itself is not put together, however short it is.
  if (within.length <= Math.min(columns, most)) return { blocks: within.map((i) => blockOf(spans, i)), count, around, shortest: 0 };
  for (let width = Math.max(1, (to - from) / columns); ; width *= 2) {
    const blocks = together(spans, within, from, width, lanes);
    // At the latest when no span is as long as a column, and a lane has one or two blocks.
    if (blocks.length <= most) return { blocks, count, around, shortest: width };
  }
}

/**
 * By beginning; of what begins together first what has no length (it was over when the other began), then the longest, in which the
 * others may lie.
 */
function inOrder(a: { start: number; end: number }, b: { start: number; end: number }): number {
  const instant = (s: { start: number; end: number }): number => Number(s.start !== s.end);
  return a.start - b.start || instant(a) - instant(b) || b.end - a.end;
}

function together(spans: SpanColumns, within: readonly number[], from: number, width: number, lanes: number): SpanBlock[] {
  const { lane, name, start, end } = spans;
  const whole: SpanBlock[] = [];
  const buckets = new Map<number, { block: SpanBlock; byName: Map<number, number> }>();
  for (const i of within) {
    const ms = end[i] - start[i];
    if (ms >= width) {
      whole.push(blockOf(spans, i));
      continue;
    }
    const key = Math.floor((start[i] - from) / width) * lanes + lane[i];
    const found = buckets.get(key);
    if (!found) {
      buckets.set(key, { block: blockOf(spans, i), byName: new Map([[name[i], ms]]) });
      continue;
    }
    const { block, byName } = found;
    block.end = Math.max(block.end, end[i]);
    block.count++;
    block.busy += ms;
    byName.set(name[i], (byName.get(name[i]) ?? 0) + ms);
  }
  for (const { block, byName } of buckets.values()) {
    let most = -1;
    for (const [name, ms] of byName)
      if (ms > most) {
        most = ms;
        block.name = name;
      }
    whole.push(block);
  }
  return whole.sort(inOrder);
}

const blockOf = ({ lane, name, step, start, end }: SpanColumns, i: number): SpanBlock => ({
  lane: lane[i],
  name: name[i],
  step: step[i],
  start: start[i],
  end: end[i],
  count: 1,
  busy: end[i] - start[i],
});
