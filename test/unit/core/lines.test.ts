import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonLine, Lines } from '../../../src/core/lines.js';

const written = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '\r', '\u2028', '\u2029', '\u0085', '€') });

test('lines are what stands between line feeds, wherever the pieces are cut', () => {
  fc.assert(
    fc.property(fc.array(written), (pieces) => {
      const lines = new Lines();
      const complete = pieces.flatMap((piece) => lines.take(piece));
      expect([...complete, lines.rest]).toEqual(pieces.join('').split('\n'));
    }),
  );
});

test('a line of JSON is one line to any reader, and means what was written', () => {
  fc.assert(
    fc.property(written, (text) => {
      const line = jsonLine({ text });
      expect(line.split(/[\n\r\u2028\u2029]/)).toHaveLength(2);
      expect(JSON.parse(line)).toEqual({ text });
    }),
  );
});
