import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dataFrom } from '../../../../src/experiment/data.js';
import { contexts, Corpus } from '../../../../src/engine/corpus/corpus.js';
import { fileSource } from '../../../../src/engine/corpus/fileSource.js';
import { beginning, type DocumentSource } from '../../../../src/engine/corpus/textSource.js';
import { decode, endToken, responseTokens, startToken } from '../../../../src/engine/tokenizer.js';
import { type MixtureData } from '../../../../src/experiment/mixtureSchema.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'corpus-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string | Uint8Array>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

/** Nothing is held out, as good as. */
const none = 1e-9;
function read(source: DocumentSource, n: number): string[] {
  let at = beginning;
  return Array.from({ length: n }, () => {
    const { text, next } = source.next(at);
    at = next;
    return text;
  });
}

describe('files', () => {
  test('a folder: a document per text file and per line, in the order of the paths, and from the start again', () => {
    write({
      'b/notes.md': '# Notes\r\nof a person\r\n',
      'a.jsonl': '{"text": "one"}\n\n{"text": "two", "id": 2}\n{"text": "  "}\n{"text": "three"}',
      'c.txt': 'last',
      'd.txt': ' \n',
      'e.pdf': 'no text',
      '.hidden/x.txt': 'hidden',
    });
    expect(read(fileSource(folder, none), 7)).toEqual(['one', 'two', 'three', '# Notes\nof a person\n', 'last', 'one', 'two']);
  });

  test('a line that is longer than what is read at once, with characters on its edge', () => {
    const long = 'ä'.repeat(50_000);
    write({ 'x.jsonl': `{"text": "${long}"}\n{"text": "after"}\n` });
    expect(read(fileSource(join(folder, 'x.jsonl'), none), 3)).toEqual([long, 'after', long]);
  });

  test('held-out documents are not trained on, and every document is of one kind', () => {
    const all = Array.from({ length: 200 }, (_, i) => `document ${i}`);
    write({ 'x.jsonl': all.map((text) => JSON.stringify({ text })).join('\n') });
    const source = fileSource(join(folder, 'x.jsonl'), 0.2);
    const [heldOut, validation] = [source.heldOut('held-out', 1000), source.heldOut('validation', 1000)];
    const train = new Set(read(source, 400));
    expect(heldOut.length).toBeGreaterThan(15);
    expect([...heldOut, ...validation, ...train].sort()).toEqual(all.sort());
    expect(source.heldOut('held-out', 3)).toEqual(heldOut.slice(0, 3));
  });

  test.each([
    ['a line that is not JSON', '{"text": "a"}\n\n{"text": oh}\n', 3, /not JSON/],
    ['a line without text', '{"text": "a"}\n{"content": "b"}\n', 2, /no field "text"/],
    [
      'bytes that are not UTF-8',
      Uint8Array.from([...Buffer.from('{"text": "a"}\n{"text": "'), 0xff, ...Buffer.from('"}')]),
      2,
      /not UTF-8/,
    ],
  ] as const)('%s is named by file and line', (_, content, line, why) => {
    write({ 'bad.jsonl': content });
    const source = fileSource(join(folder, 'bad.jsonl'), none);
    expect(() => read(source, 2)).toThrow(why);
    expect(() => read(source, 2)).toThrow(`${join(folder, 'bad.jsonl')}:${line}:`);
  });

  test('what cannot be a source is told with what to do', () => {
    write({ 'x.pdf': 'a', 'empty/.keep': '', 'blank/x.txt': '\n' });
    expect(() => fileSource(join(folder, 'nowhere'), 0.1)).toThrow(/cannot be read.*relative to the experiment file/);
    expect(() => fileSource(join(folder, 'x.pdf'), 0.1)).toThrow(/none of .txt, .md, .jsonl/);
    expect(() => fileSource(join(folder, 'empty'), 0.1)).toThrow(/holds no .txt/);
    expect(() => read(fileSource(join(folder, 'blank'), 0.1), 1)).toThrow(/no document to train on/);
  });
});

test('contexts predict every token once, each after the one before it', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (text, length) => {
      const cut = contexts(text, length);
      const all = responseTokens(text);
      expect(cut.flatMap((s) => s.response)).toEqual(all);
      expect(cut.map((s) => s.prompt)).toEqual(cut.map((_, i) => [[startToken, ...all][i * length]]));
      for (const s of cut) expect(s.response.length).toBeLessThanOrEqual(length);
    }),
  );
});

const mixture: MixtureData = {
  mixture: [
    { source: 'math-web', share: 0.5 },
    { source: 'code', share: 0.2 },
    { path: 'notes', share: 0.3, name: 'my notes' },
  ],
  context_length: 32,
  held_out_fraction: 0.1,
};
const corpus = (seed = 1): Corpus => new Corpus(dataFrom(folder, mixture) as MixtureData, seed);
const withNotes = (): void =>
  write({ 'notes/a.txt': 'a long note. '.repeat(40), 'notes/b.jsonl': '{"text": "short"}\n{"text": "shorter"}\n' });

describe('a mixture', () => {
  beforeEach(withNotes);

  test('every source has its share of the tokens to within a context, after every context', () => {
    const c = corpus();
    for (let i = 0, total = 0; i < 400; i++) {
      total += c.next(1)[0].response.length;
      for (const { share, target } of c.shares) expect(Math.abs(share - target) * total).toBeLessThanOrEqual(32 + 1e-6);
    }
    expect(c.shares.map((s) => [s.name, s.target])).toEqual([
      ['math-web', 0.5],
      ['code', 0.2],
      ['my notes', 0.3],
    ]);
  });

  test('a step has at least the tokens asked for, and no context too many', () => {
    const lengths = corpus()
      .next(500)
      .map((s) => s.response.length);
    const sum = lengths.reduce((a, b) => a + b, 0);
    expect(sum).toBeGreaterThanOrEqual(500);
    expect(sum - lengths.at(-1)!).toBeLessThan(500);
  });

  test('continued from its state at any context, within a document and across passes, reads the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 150 }), (before) => {
        const whole = corpus();
        for (let i = 0; i < before; i++) whole.next(1);
        const resumed = corpus();
        resumed.restore(JSON.parse(JSON.stringify(whole.state)) as Corpus['state']);
        expect(resumed.next(1500)).toEqual(whole.next(1500));
        expect(resumed.state).toEqual(whole.state);
      }),
      { numRuns: 25 },
    );
  });

  test('a resumed run is refused when its files have changed', () => {
    const { state } = corpus();
    write({ 'notes/c.txt': 'new' });
    expect(() => corpus().restore(state)).toThrow(/my notes: it has changed since the checkpoint/);
    expect(() => corpus().restore([])).toThrow(/math-web/);
  });

  test('documents end with the end token and read back as they are written', () => {
    const [first] = new Corpus({ ...mixture, mixture: [{ source: 'prose', share: 1 }], context_length: 1024 }, 1).next(1);
    expect(first.response.at(-1)).toBe(endToken);
    expect(decode(first.response).text).toMatch(/^[A-Z][^]*\.$/);
  });
});
