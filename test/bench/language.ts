/** Texts and traces such as a policy of some entropy would sample, for measurements: a language of the project's own documents. */
import { readdirSync, readFileSync } from 'node:fs';
import { encodeF16, encodeWhole } from '../../src/protocol/arrays.js';
import type { EventBody } from '../../src/protocol/events.js';

/** Sampled solutions of one question, as token ids. */
export interface Sampled {
  ids: number[];
  text: string;
}

/**
 * A language: pieces of words of the project's documents, each followed by what follows it there. With some four bits a token it is less
 * predictable than what a trained policy samples.
 */
export class Language {
  private readonly pieces: readonly string[];
  private readonly successors: readonly number[][];

  /** @param next a random number in [0, 1) */
  constructor(private readonly next: () => number) {
    const files = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', ...documents()];
    const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    const pieces = text.match(/ ?[A-Za-z]{1,6}|[^A-Za-z]/g)!;
    this.pieces = [...new Set(pieces)];
    const idOf = new Map(this.pieces.map((piece, id) => [piece, id]));
    const successors: number[][] = this.pieces.map(() => []);
    for (const [i, piece] of pieces.slice(0, -1).entries()) successors[idOf.get(piece)!].push(idOf.get(pieces[i + 1])!);
    this.successors = successors;
  }

  /** @param length in tokens */
  sample(length: number): Sampled {
    const { next, pieces } = this;
    const any = (of: number): number => Math.floor(next() * of);
    const ids = [any(pieces.length)];
    while (ids.length < length) {
      const after = this.successors[ids[ids.length - 1]];
      ids.push(after.length === 0 ? any(pieces.length) : after[any(after.length)]);
    }
    return { ids, text: ids.map((id) => pieces[id]).join('') };
  }

  /** Log-probabilities as a policy of some entropy has them, the reference near it. */
  trace({ ids }: Sampled, step: number, group: number, solution: number): EventBody {
    const { next, pieces } = this;
    const at = (f: () => number): Float32Array => Float32Array.from(ids, f);
    const surprise = at(() => (next() < 0.6 ? next() * 0.05 : -Math.log(1 - next())));
    return {
      ...{ type: 'trace', step, group, solution },
      lengths: encodeWhole(ids.map((id) => pieces[id].length)),
      ids: encodeWhole(ids),
      logp_old: encodeF16(surprise.map((s) => -s)),
      dlogp_ref: encodeF16(surprise.map((s) => (next() - 0.5) * s * 0.2)),
      // One update an exploration, as in the paper (section 4.2): the policy that is updated is the one that sampled, but for rounding.
      dlogp: encodeF16(surprise.map(() => (next() - 0.5) * 4e-7)),
      entropy: encodeF16(surprise.map((s) => s * (0.5 + next()))),
      rank: encodeWhole(Array.from(surprise, (s) => (s < 0.7 ? 1 : 1 + Math.floor(Math.exp(s))))),
    };
  }
}

const documents = (): string[] =>
  readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
