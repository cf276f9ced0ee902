/** The documents of a mixture for a trainer that has a tokenizer of its own: shares are kept by characters, whatever its tokens are. */
import { nextSource } from '../../core/mixture.js';
import { mixtureOf, type MixtureData } from '../../experiment/mixtureSchema.js';
import { fileSource } from '../corpus/fileSource.js';
import { generatedSource } from '../corpus/generatedSource.js';
import { beginning, type DocumentSource } from '../corpus/textSource.js';
import type { Split } from '../tasks/taskQuestions.js';

export interface Document {
  /** Name of its source. */
  source: string;
  text: string;
}

/** What a benchmark of documents consists of. */
export interface HeldOutTexts {
  source: string;
  share: number;
  texts: string[];
}

export class Documents {
  private readonly sources: { name: string; share: number; source: DocumentSource }[];
  /** The reading goes on where it stopped, and begins anew for who asks for earlier documents. */
  private reading: { iterator: Generator<Document, never>; at: number } | undefined;

  /** @throws CorpusError */
  constructor(
    private readonly data: MixtureData,
    seed: number,
  ) {
    this.sources = mixtureOf(data).map((entry) => ({
      name: entry.name,
      share: entry.share,
      source:
        'source' in entry ? generatedSource(entry.source, data.held_out_fraction, seed) : fileSource(entry.path, data.held_out_fraction),
    }));
  }

  /** Training documents by their place, from 0. */
  range(from: number, count: number): Document[] {
    let reading = this.reading;
    if (!reading || reading.at > from) reading = this.reading = { iterator: this.all(), at: 0 };
    const { iterator } = reading;
    for (; reading.at < from; reading.at++) iterator.next();
    reading.at += count;
    return Array.from({ length: count }, () => iterator.next().value);
  }

  heldOut(split: Exclude<Split, 'train'>, size: number): HeldOutTexts[] {
    return this.sources.map(({ name, share, source }) => ({ source: name, share, texts: source.heldOut(split, size) }));
  }

  private *all(): Generator<Document, never> {
    const readers = this.sources.map((s) => ({ ...s, characters: 0, place: beginning }));
    for (;;) {
      const shares = readers.map((r) => r.share);
      const next = nextSource(
        shares,
        readers.map((r) => r.characters),
        this.data.context_length,
      );
      const reader = readers[next];
      const document = reader.source.next(reader.place);
      reader.place = document.next;
      reader.characters += document.text.length;
      yield { source: reader.name, text: document.text };
    }
  }
}
