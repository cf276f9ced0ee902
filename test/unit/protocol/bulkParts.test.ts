import fc from 'fast-check';
import { expect, test } from 'vitest';
import { questionId } from '../../../src/core/hash.js';
import type { EventBody, WireSolution } from '../../../src/protocol/events.js';
import { lineParts } from '../../../src/protocol/bulk/lineParts.js';
import { escapedBytes, escapeInto, forEachPart, partBytes, putPart } from '../../../src/protocol/bulk/parts.js';
import { eventLine } from '../../../src/protocol/runWriter.js';

const time = new Date(0).toISOString();
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\u0000', '\u001f', '\u007f', 'é', '😀', 'a', ' ', ','), maxLength: 60 }),
  // What marks the place of a text, inside texts and names.
  fc.constantFrom('{"text":""', '{"text":"', '"text":""', '\\"', ''),
);

function escaped(text: string): string {
  const bytes = Buffer.from(text);
  // Not at the beginning of its memory, as texts in a block.
  const block = Buffer.concat([Buffer.from('xyz'), bytes]);
  const out = Buffer.alloc(escapedBytes * bytes.length + 1);
  const view = (of: Buffer): DataView => new DataView(of.buffer, of.byteOffset, of.length);
  return out.toString('utf8', 1, escapeInto(view(out), 1, view(block), 3, block.length));
}

test('a text is escaped as JSON.stringify escapes it', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(`"${escaped(text)}"`).toBe(JSON.stringify(text));
    }),
  );
  const every = String.fromCharCode(...Array.from({ length: 0x250 }, (_, i) => i));
  expect(`"${escaped(every)}"`).toBe(JSON.stringify(every));
});

test('parts come out of a block as they went in', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyText, fc.boolean())), (parts) => {
      const block = Buffer.alloc(parts.reduce((sum, [part]) => sum + partBytes(part), 0));
      let filled = 0;
      for (const [part, text] of parts) filled = putPart(block, filled, part, text);
      const out: [string, boolean][] = [];
      forEachPart(block, filled, (start, end, text) => out.push([block.toString('utf8', start, end), text]));
      expect(out).toEqual(parts);
    }),
  );
});

const anyNumber = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant('NaN' as const));
const anySolution: fc.Arbitrary<WireSolution> = fc.record({
  text: fc.oneof(anyText, fc.constantFrom('\ud800', 'a\udc00b')),
  rewards: fc.dictionary(anyText, anyNumber, { maxKeys: 3 }),
  reward: anyNumber,
  advantage: fc.constant(null),
  correct: fc.constantFrom(true, false, null),
  grade: fc.constant(null),
  finish: fc.constant('other'),
  tokens: fc.nat(9),
  kl: fc.constant(null),
});

test('the parts of a line, its texts escaped, are the line', () => {
  fc.assert(
    fc.property(
      fc.array(anySolution, { minLength: 1, maxLength: 4 }),
      anyText,
      fc.dictionary(fc.oneof(anyText, fc.constant('text')), anyText, { maxKeys: 2 }),
      (solutions, question, info) => {
        const body: EventBody = {
          type: 'group',
          step: 1,
          group: 2,
          question_id: questionId(question),
          question,
          gold: question,
          solutions,
          info,
        };
        const line = lineParts(7, time, body)
          .map((part, i) => (i % 2 === 1 ? escaped(part) : part))
          .join('');
        expect(line).toBe(eventLine(7, time, body));
      },
    ),
    { numRuns: 500 },
  );
  const log: EventBody = { type: 'log', level: 'info', message: '{"text":""' };
  expect(lineParts(1, time, log)).toEqual([eventLine(1, time, log)]);
});
