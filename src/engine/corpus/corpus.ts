/** The documents of a mixture, cut to contexts. */
import { z } from 'zod';
import { count } from '../../protocol/count.js';
import { nextSource } from '../../core/mixture.js';
import { mixtureOf, type MixtureData, type MixtureEntry } from '../../experiment/mixtureSchema.js';
import type { Sequence } from '../model/policy.js';
import type { Split } from '../tasks/taskQuestions.js';
import { responseTokens, startToken } from '../tokenizer.js';
import { fileSource, CorpusError } from './fileSource.js';
import { generatedSource } from './generatedSource.js';
import { beginning, place, type DocumentSource } from './textSource.js';

/** Where a mixture stands, source by source. */
export const corpusState = z.array(
  z.object({
    name: z.string(),
    fingerprint: z.string(),
    /** Tokens drawn so far. */
    tokens: count,
    /** Of the document that is being read. */
    place,
    /** How many of its windows have been read. */
    windows: count,
  }),
);
export type CorpusState = z.output<typeof corpusState>;

/** A source and its reading. */
interface Reader {
  entry: MixtureEntry;
  source: DocumentSource;
  tokens: number;
  place: CorpusState[number]['place'];
  windows: number;
  /** The document at `place` in windows, once it has been read. */
  document?: { sequences: Sequence[]; next: CorpusState[number]['place'] };
}

/** What a benchmark of documents consists of. */
export interface HeldOutSource {
  name: string;
  share: number;
  documents: number;
  sequences: Sequence[];
}

export class Corpus {
  private readonly readers: Reader[];

  /** @throws CorpusError */
  constructor(
    private readonly data: MixtureData,
    seed: number,
  ) {
    this.readers = mixtureOf(data).map((entry) => ({
      entry,
      source:
        'source' in entry ? generatedSource(entry.source, data.held_out_fraction, seed) : fileSource(entry.path, data.held_out_fraction),
      tokens: 0,
      place: beginning,
      windows: 0,
    }));
  }

  /** The next contexts, by their shares: as few as hold so many tokens. */
  next(atLeast: number): Sequence[] {
    const sequences: Sequence[] = [];
    for (let tokens = 0; tokens < atLeast; tokens += sequences.at(-1)!.response.length) sequences.push(this.nextContext());
    return sequences;
  }

  /** By source: its target, and the share that it has of the tokens so far. */
  get shares(): { name: string; target: number; share: number }[] {
    const total = this.readers.reduce((sum, r) => sum + r.tokens, 0);
    return this.readers.map(({ entry, tokens }) => ({
      name: entry.name,
      target: entry.share,
      share: total === 0 ? 0 : tokens / total,
    }));
  }

  /** Documents that training never sees, of each source. */
  heldOut(split: Exclude<Split, 'train'>, size: number): HeldOutSource[] {
    return this.readers.map(({ entry: { name, share }, source }) => {
      const texts = source.heldOut(split, size);
      return { name, share, documents: texts.length, sequences: texts.flatMap((text) => contexts(text, this.data.context_length)) };
    });
  }

  get state(): CorpusState {
    return this.readers.map(({ entry, source, tokens, place, windows }) => ({
      name: entry.name,
      fingerprint: source.fingerprint,
      tokens,
      place,
      windows,
    }));
  }

  /** @throws CorpusError when a source is not what it was */
  restore(state: CorpusState): void {
    for (const [i, reader] of this.readers.entries()) {
      const saved = state.at(i);
      if (saved?.name !== reader.entry.name || saved.fingerprint !== reader.source.fingerprint) {
        throw new CorpusError(
          `The source ${reader.entry.name}`,
          'it has changed since the checkpoint was written, so that its reading cannot be continued. Put the files back as they were, or launch again.',
        );
      }
      Object.assign(reader, { tokens: saved.tokens, place: saved.place, windows: saved.windows, document: undefined });
    }
  }

  private nextContext(): Sequence {
    const i = nextSource(
      this.readers.map((r) => r.entry.share),
      this.readers.map((r) => r.tokens),
      this.data.context_length,
    );
    const reader = this.readers[i];
    const document = (reader.document ??= this.open(reader));
    const sequence = document.sequences[reader.windows];
    reader.tokens += sequence.response.length;
    reader.windows++;
    if (reader.windows === document.sequences.length) {
      Object.assign(reader, { place: document.next, windows: 0, document: undefined });
    }
    return sequence;
  }

  private open({ source, place: from }: Reader): Reader['document'] & object {
    const { text, next } = source.next(from);
    return { sequences: contexts(text, this.data.context_length), next };
  }
}

/**
 * A document in contexts of at most `length` tokens. Each of its tokens, and the end token, is predicted once: in the first context
 * after the start token, in later ones after the token before.
 */
export function contexts(text: string, length: number): Sequence[] {
  const tokens = responseTokens(text);
  return Array.from({ length: Math.ceil(tokens.length / length) }, (_, i) => ({
    prompt: [i === 0 ? startToken : tokens[i * length - 1]],
    response: tokens.slice(i * length, (i + 1) * length),
  }));
}
