import { Tensor } from 'onnxruntime-node';
import { largest } from '../../core/extremes.js';
import type { ModelConfig } from './modelConfig.js';

/** Tokens whose distribution is learned or scored (`response`) after tokens that are given (`prompt`). */
export interface Sequence {
  prompt: readonly number[];
  response: readonly number[];
}

export type Feeds = Record<string, Tensor>;

/** Some sequences laid out time-major and padded on the right: element [t, b] is at t·B + b. */
export interface Batch {
  /** Which sequences, as indices into the list they came from; column b holds rows[b]. */
  rows: readonly number[];
  time: number;
  feeds: Feeds;
}

export const floats = (data: Float32Array, dims: readonly number[]): Tensor => new Tensor('float32', data, dims);
export const integers = (data: Int32Array, dims: readonly number[]): Tensor => new Tensor('int32', data, dims);

/**
 * Cuts sequences into batches of at most `budget` tokens with their padding (one sequence at least), longest first.
 * The plan depends on the lengths alone, so that equal data makes equal batches at any point of a run.
 */
export function plan(lengths: readonly number[], budget: number): number[][] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b] - lengths[a] || a - b);
  const batches: number[][] = [];
  for (const i of order) {
    const last = batches.at(-1);
    // The first of a batch is its longest and sets its padded length.
    if (last && (last.length + 1) * lengths[last[0]] <= budget) last.push(i);
    else batches.push([i]);
  }
  return batches;
}

/** The same for pairs, sequences 2i and 2i + 1: both stand in the same batch, side by side. */
export function planPairs(lengths: readonly number[], budget: number): number[][] {
  const longer = Array.from({ length: lengths.length / 2 }, (_, i) => Math.max(lengths[2 * i], lengths[2 * i + 1]));
  return plan(longer, budget / 2).map((batch) => batch.flatMap((i) => [2 * i, 2 * i + 1]));
}

/** Which column holds the other sequence of each pair. */
export const partners = (columns: number): Tensor =>
  new Tensor(
    'int64',
    BigInt64Array.from({ length: columns }, (_, b) => BigInt(b ^ 1)),
    [columns],
  );

/**
 * Ids of the model's input (all tokens but the last), of its targets (all but the first), and 1 where a target is of the response.
 * @param own 1 for each response token that counts as the sequence's own, else 0; all do when left out
 */
export function sequenceBatch(sequences: readonly Sequence[], rows: readonly number[], own?: readonly ArrayLike<number>[]): Batch {
  const length = (s: Sequence) => s.prompt.length + s.response.length - 1;
  const time = largest(rows.map((i) => length(sequences[i])));
  const dims = [time, rows.length];
  const [ids, targets, response] = [
    new Int32Array(time * rows.length),
    new Int32Array(time * rows.length),
    new Float32Array(time * rows.length),
  ];
  rows.forEach((i, b) => {
    const s = sequences[i];
    const tokens = [...s.prompt, ...s.response];
    for (let t = 0; t < length(s); t++) {
      const at = t * rows.length + b;
      ids[at] = tokens[t]!;
      targets[at] = tokens[t + 1]!;
      const token = t + 1 - s.prompt.length;
      response[at] = token < 0 ? 0 : (own?.[i][token] ?? 1);
    }
  });
  return { rows, time, feeds: { ids: integers(ids, dims), targets: integers(targets, dims), response: floats(response, dims) } };
}

/** Values per response token, spread to the [T, B] layout of a batch; 0 elsewhere. */
export function spread(batch: Batch, sequences: readonly Sequence[], valueAt: (sequence: number, token: number) => number): Tensor {
  const size = batch.rows.length;
  const out = new Float32Array(batch.time * size);
  batch.rows.forEach((i, b) => {
    const s = sequences[i];
    s.response.forEach((_, t) => (out[(s.prompt.length - 1 + t) * size + b] = valueAt(i, t)));
  });
  return floats(out, [batch.time, size]);
}

/** The inverse of `spread`: column b of [T, B] data at the response tokens of its sequence. */
export function gather(data: Float32Array, batch: Batch, b: number, s: Sequence): Float32Array {
  return Float32Array.from(s.response, (_, t) => data[(s.prompt.length - 1 + t) * batch.rows.length + b]);
}

/** Throws unless every id is one of the model's: the runtime would silently read another row of a table. */
export function checkIds(ids: readonly number[], config: ModelConfig, where: string): void {
  const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= config.vocabulary);
  if (wrong !== undefined) throw new Error(`${where}: token id ${wrong} is outside the vocabulary of ${config.vocabulary}.`);
}

/** Positions 0…T−1 of every column, the causal mask and the rotation tables of a [T, B] batch. */
export function positionFeeds(config: ModelConfig, time: number, size: number): Feeds {
  const at = BigInt64Array.from({ length: time * size }, (_, i) => BigInt(Math.floor(i / size)));
  const mask = new Float32Array(time * time);
  for (let row = 0; row < time; row++) mask.fill(masked, row * time + row + 1, (row + 1) * time);
  return {
    positions: new Tensor('int64', at, [time, size]),
    mask: floats(mask, [time, time]),
    ...rotationTables(config, Math.max(time, size)),
  };
}

/** Added to the score of what may not be seen; far enough that its probability is exactly 0. */
export const masked = -1e9;

/** cos and sin of position / 1000^(2j/d), [positions, d/2]. A base of 1000 suits texts of a few hundred tokens. */
export function rotationTables(config: ModelConfig, positions: number): Feeds {
  const half = config.width / config.heads / 2;
  const angle = (i: number) => Math.floor(i / half) / 1000 ** ((i % half) / half);
  const table = (f: (x: number) => number) =>
    floats(
      Float32Array.from({ length: positions * half }, (_, i) => f(angle(i))),
      [positions, half],
    );
  return { cos: table(Math.cos), sin: table(Math.sin) };
}
