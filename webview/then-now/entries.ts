/** What keys walk through, in the order in which it stands on the page, and where each leads. Pure. */
import type { PhraseChange, PhraseOrder } from '../../src/core/thenNow/phraseChange.js';
import type { LengthBand } from '../../src/core/thenNow/lengthChange.js';
import type { Address } from '../../src/protocol/address.js';
import { quoted } from '../../src/query/lexer.js';
import type { RunRange, ThenNow, ThenNowTexts, TurnedRow } from '../../src/store/views.js';
import { stepsFilter } from '../../src/words/thenNowText.js';

export type Entry = { kind: 'question'; row: TurnedRow } | { kind: 'phrase'; row: PhraseChange } | { kind: 'length'; row: LengthBand };

/** @param texts undefined: not read yet */
export function entriesOf({ toRight, toWrong }: ThenNow, texts: ThenNowTexts | undefined, order: PhraseOrder): Entry[] {
  return [
    ...[...toRight, ...toWrong].map((row): Entry => ({ kind: 'question', row })),
    ...(texts?.phrases[order].rows ?? []).map((row): Entry => ({ kind: 'phrase', row })),
    ...(texts?.lengths.bands ?? []).map((row): Entry => ({ kind: 'length', row })),
  ];
}

/** Solutions that a filter matches, of the range in which there are more. */
function found(filter: string, ranges: readonly [RunRange, RunRange], share: readonly [number, number]): Address {
  const range = ranges[share[0] > share[1] ? 0 : 1];
  return { page: 'find', about: { run: range.run }, search: { filter: `${filter} and ${stepsFilter(range)}` } };
}

/** A question leads to itself over training, where it was asked last; a phrase and a length to the solutions that have it. */
export function doorOf(entry: Entry, ranges: readonly [RunRange, RunRange]): Address {
  switch (entry.kind) {
    case 'question': {
      const { run, step, group } = entry.row.texts[1];
      return { run, questions: true, step, group };
    }
    case 'phrase':
      return found(quoted(entry.row.phrase), ranges, [entry.row.share[0].mean, entry.row.share[1].mean]);
    case 'length': {
      const { from, to, share } = entry.row;
      const filter = to === null ? `tokens >= ${from}` : `tokens in ${from}..${to - 1}`;
      return found(filter, ranges, [share[0] ?? 0, share[1] ?? 0]);
    }
  }
}
