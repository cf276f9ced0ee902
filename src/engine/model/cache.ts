import { floats, masked, type Feeds } from './batch.js';
import type { ModelConfig } from './modelConfig.js';
import { keyOf, valueOf } from './graphs.js';

/** Which prompt of a prefilled batch [T, columns, width] to copy. */
interface Source {
  column: number;
  columns: number;
  length: number;
}

/**
 * Keys and values of all rows, per layer time-major [T, B, width]: the past is a prefix of the buffer, so it is fed without
 * a copy, and a step's new rows are written right behind it by the graph itself. Shorter prompts are padded on the left.
 */
export class Cache {
  private buffers: Float32Array[] = [];
  private padding = new Float32Array(0);
  private rows = 0;
  private time = 0;

  constructor(private readonly config: ModelConfig) {}

  /**
   * Starts over with one row per element of `pads` (how many steps before the row's prompt), `time` steps of prompt,
   * and room for `capacity` steps.
   */
  reset(pads: readonly number[], time: number, capacity: number): void {
    this.rows = pads.length;
    this.time = time;
    const size = capacity * this.rows * this.config.width;
    if ((this.buffers[0]?.length ?? 0) < size) {
      this.buffers = Array.from({ length: 2 * this.config.layers }, () => new Float32Array(size));
    }
    this.padding = new Float32Array(capacity * this.rows);
    pads.forEach((pad, b) => {
      for (let t = 0; t < pad; t++) {
        this.padding[t * this.rows + b] = masked;
        // What is masked is still multiplied: it must be finite.
        for (const buffer of this.buffers) buffer.fill(0, this.at(t, b), this.at(t, b) + this.config.width);
      }
    });
  }

  /** Copies a prompt's keys and values of one layer to the given rows, aligned to the right of the prompt steps. */
  write(layer: number, keys: Float32Array, values: Float32Array, from: Source, rows: readonly number[]): void {
    const { width } = this.config;
    [keys, values].forEach((data, i) => {
      const buffer = this.buffers[2 * layer + i];
      for (let t = 0; t < from.length; t++) {
        const source = (t * from.columns + from.column) * width;
        const piece = data.subarray(source, source + width);
        for (const b of rows) buffer.set(piece, this.at(this.time - from.length + t, b));
      }
    });
  }

  /** Inputs of the decode graph: everything before the current step. */
  past(): Feeds {
    const feeds = this.feeds(0, this.time, (l) => [`layer${l}.keys`, `layer${l}.values`]);
    return { ...feeds, padding: floats(this.padding.subarray(0, this.time * this.rows), [this.time, this.rows]) };
  }

  /** Where the decode graph writes the current step's rows. */
  next(): Feeds {
    return this.feeds(this.time, 1, (l) => [keyOf(l), valueOf(l)]);
  }

  advance(): void {
    this.time++;
  }

  /** Drops all rows but these (ascending). */
  keep(rows: readonly number[]): void {
    const { width } = this.config;
    for (const buffer of this.buffers) compact(buffer, rows, this.rows, this.time, width);
    compact(this.padding, rows, this.rows, this.time, 1);
    this.rows = rows.length;
    this.padding.fill(0, this.time * this.rows);
  }

  private at(t: number, row: number): number {
    return (t * this.rows + row) * this.config.width;
  }

  private feeds(from: number, steps: number, names: (layer: number) => [string, string]): Feeds {
    const { width, heads, layers } = this.config;
    const view = (buffer: Float32Array) =>
      floats(buffer.subarray(this.at(from, 0), this.at(from + steps, 0)), [steps, this.rows * heads, width / heads]);
    return Object.fromEntries(
      Array.from({ length: layers }, (_, l) => names(l).map((name, i) => [name, view(this.buffers[2 * l + i])] as const)).flat(),
    );
  }
}

/** Keeps some rows of [time, size, width], in place: every piece moves towards the front. */
function compact(data: Float32Array, rows: readonly number[], size: number, time: number, width: number): void {
  let to = 0;
  for (let t = 0; t < time; t++) {
    for (let i = 0; i < rows.length;) {
      // Neighbours move together.
      let end = i + 1;
      while (end < rows.length && rows[end] === rows[end - 1] + 1) end++;
      const from = (t * size + rows[i]) * width;
      const count = (end - i) * width;
      data.copyWithin(to, from, from + count);
      to += count;
      i = end;
    }
  }
}
