import { Tensor } from 'onnxruntime-node';
import { largest } from '../../core/extremes.js';
import { checkIds, floats, integers, plan, positionFeeds, rotationTables, type Feeds } from './batch.js';
import { Cache } from './cache.js';
import { draw, type Draw } from './draw.js';
import { keyOf, valueOf } from './graphs.js';
import type { Programs } from './modelPrograms.js';

export interface SampleOptions {
  /** Longest response, its end token included: of all, or of each prompt's. */
  maxTokens: number | readonly number[];
  /** Softmax temperature; 0 takes the likeliest token. */
  temperature: number;
  endToken: number;
  /** Others that end a response, for whoever goes on from there. */
  stopTokens?: readonly number[];
  /** Uniform in [0, 1): the only source of randomness, called once per token, row by row within a step. Not called when greedy. */
  random: () => number;
  /** Hears of the tokens of each decoding step as they are drawn; sampling waits for it, and ends when it throws. */
  drawn?: (tokens: readonly DrawnToken[]) => void | Promise<void>;
}

/** A token of a response that is still being written. */
export interface DrawnToken {
  /** Which prompt it answers. */
  row: number;
  token: number;
}

/** One sampled response. Arrays are per token, measured on the untempered distribution. */
export interface Sample {
  /** With the end or stop token when `finish` is 'stop'. */
  tokens: number[];
  /** log π_old of each token. */
  logp: Float32Array;
  /** Entropy of the distribution each token was drawn from, in nats. */
  entropy: Float32Array;
  /** How many tokens were likelier: 0 for the likeliest. */
  rank: Float32Array;
  finish: 'stop' | 'length';
}

/** A response being written. */
interface Row {
  /** Which prompt it answers. */
  index: number;
  prompt: readonly number[];
  /** Longest response. */
  limit: number;
  drawn: Draw[];
  finish?: Sample['finish'];
}

/** Bytes of cache that are filled at once; more prompts are sampled one chunk after the other. */
const cacheBudget = 128 * 2 ** 20;
const prefillBudget = 4096;

/** Samples with a key-value cache, all rows of a chunk in one batch. */
export class Sampler {
  private cache: Cache | undefined;

  constructor(private readonly programs: Programs) {}

  async sample(weights: Feeds, prompts: readonly (readonly number[])[], o: SampleOptions): Promise<Sample[]> {
    const { config } = this.programs;
    const limits = typeof o.maxTokens === 'number' ? prompts.map(() => o.maxTokens as number) : o.maxTokens;
    if (!(o.temperature >= 0) || !limits.every((limit) => limit >= 1))
      throw new Error('Sampling needs a temperature of at least 0 and at least one token.');
    prompts.forEach((p, i) => {
      if (p.length === 0) throw new Error(`Prompt ${i} is empty: it needs at least one token.`);
      checkIds(p, config, `Prompt ${i}`);
    });
    const longest =
      largest(
        prompts.map((p) => p.length),
        0,
      ) + largest(limits, 0);
    const rowsAtOnce = Math.max(1, Math.floor(cacheBudget / (longest * config.width * config.layers * 2 * 4)));
    const rows = prompts.map((prompt, index): Row => ({ index, prompt, limit: limits[index], drawn: [] }));
    for (let i = 0; i < rows.length; i += rowsAtOnce) await this.fill(weights, rows.slice(i, i + rowsAtOnce), o);
    return rows.map(finished);
  }

  /** Samples the responses of one chunk. */
  private async fill(weights: Feeds, all: readonly Row[], o: SampleOptions): Promise<void> {
    const { config } = this.programs;
    const start = largest(all.map((r) => r.prompt.length));
    const end = start + largest(all.map((r) => r.limit));
    const cache = (this.cache ??= new Cache(config));
    cache.reset(
      all.map((r) => start - r.prompt.length),
      start,
      end,
    );
    let rows = all;
    let logp = await this.prefill(weights, all, cache);
    const tables = rotationTables(config, Math.max(end, all.length));
    const session = await this.programs.get('decode');
    for (;;) {
      const writing = o.drawn && rows.filter((row) => !row.finish);
      rows.forEach((row, b) => this.extend(row, logp.subarray(b * config.vocabulary, (b + 1) * config.vocabulary), o));
      if (writing) await o.drawn?.(writing.map((row) => ({ row: row.index, token: row.drawn.at(-1)!.token })));
      const open = rows.flatMap((row, b) => (row.finish ? [] : [b]));
      if (open.length === 0) return;
      // Dropping rows moves the cache, so it waits until a quarter of the work is for nothing.
      if (open.length <= 0.75 * rows.length) {
        cache.keep(open);
        rows = open.map((b) => rows[b]);
      }
      const size = rows.length;
      const ids = Int32Array.from(rows, (r) => r.drawn.at(-1)!.token);
      const positions = BigInt64Array.from(rows, (r) => BigInt(r.prompt.length + r.drawn.length - 1));
      const feeds = {
        ...weights,
        ...tables,
        ...cache.past(),
        ids: integers(ids, [1, size]),
        positions: new Tensor('int64', positions, [1, size]),
      };
      logp = new Float32Array(size * config.vocabulary);
      await session.run(feeds, { logp: floats(logp, [1, size, config.vocabulary]), ...cache.next() });
      cache.advance();
    }
  }

  private extend(row: Row, logp: Float32Array, o: SampleOptions): void {
    if (row.finish) return;
    const drawn = draw(logp, o.temperature, o.random);
    row.drawn.push(drawn);
    if (drawn.token === o.endToken || o.stopTokens?.includes(drawn.token)) row.finish = 'stop';
    else if (row.drawn.length === row.limit) row.finish = 'length';
  }

  /** Reads every distinct prompt once, puts its keys and values where its rows want them; returns log π after the prompts, [rows, vocabulary]. */
  private async prefill(weights: Feeds, rows: readonly Row[], cache: Cache): Promise<Float32Array> {
    const { config } = this.programs;
    const session = await this.programs.get('prefill');
    const users = new Map<string, number[]>();
    rows.forEach((r, b) => {
      const key = r.prompt.join();
      const known = users.get(key);
      if (known) known.push(b);
      else users.set(key, [b]);
    });
    const distinct = [...users.values()];
    const prompts = distinct.map((bs) => rows[bs[0]].prompt);
    const after = new Float32Array(rows.length * config.vocabulary);
    for (const batch of plan(
      prompts.map((p) => p.length),
      prefillBudget,
    )) {
      const time = prompts[batch[0]].length;
      const ids = new Int32Array(time * batch.length);
      batch.forEach((i, column) => prompts[i].forEach((id, t) => (ids[t * batch.length + column] = id)));
      const out = await session.run({ ...weights, ...positionFeeds(config, time, batch.length), ids: integers(ids, [time, batch.length]) });
      const data = (name: string) => out[name].data as Float32Array;
      batch.forEach((i, column) => {
        const last = ((prompts[i].length - 1) * batch.length + column) * config.vocabulary;
        for (const b of distinct[i]) after.set(data('logp').subarray(last, last + config.vocabulary), b * config.vocabulary);
      });
      for (let l = 0; l < config.layers; l++) {
        const [keys, values] = [data(keyOf(l)), data(valueOf(l))];
        batch.forEach((i, column) =>
          cache.write(l, keys, values, { column, columns: batch.length, length: prompts[i].length }, distinct[i]),
        );
      }
    }
    return after;
  }
}

function finished(row: Row): Sample {
  return {
    tokens: row.drawn.map((d) => d.token),
    logp: Float32Array.from(row.drawn, (d) => d.logp),
    entropy: Float32Array.from(row.drawn, (d) => d.entropy),
    rank: Float32Array.from(row.drawn, (d) => d.rank),
    finish: row.finish ?? 'length',
  };
}
