import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTable, oneLine, Output, printable } from '../../../src/cli/output.js';

function captured(json: boolean): { output: Output; text: () => string } {
  let all = '';
  const stream = { write: (piece: string) => ((all += piece), true) } as unknown as NodeJS.WritableStream;
  return { output: new Output(json, stream), text: () => all };
}

test('columns line up, numbers to the right', () => {
  expect(
    formatTable(
      ['run', 'step', ''],
      [
        ['arith-sft-1', '7', '▁▂'],
        ['b', '1,200', ''],
      ],
      '<>',
    ),
  ).toEqual(['run           step', 'arith-sft-1      7  ▁▂', 'b            1,200']);
});

test('a person gets lines, a program gets one value', () => {
  const human = captured(false);
  human.output.line('hello');
  human.output.facts([
    ['gold', '47'],
    ['answer', null],
    ['length', '61 tokens'],
  ]);
  human.output.value({ a: 1 });
  expect(human.text()).toBe('hello\n  gold    47\n  length  61 tokens\n');
  const program = captured(true);
  program.output.line('hello');
  program.output.table(['a'], [['b']]);
  program.output.value({ a: 1 });
  expect(JSON.parse(program.text())).toEqual({ a: 1 });
});

test('what a model wrote cannot steer the terminal', () => {
  expect(printable('\u001b[31mred\u001b[0m \u0007 \u009b2J')).toBe('␛[31mred␛[0m ␇ \\u{9b}2J');
  expect(printable('a\u202eb\u200bc\nd\te')).toBe('a\\u{202e}b\\u{200b}c\nd\te');
  expect(oneLine('a\r\nb\tc')).toBe('a⏎b⇥c');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]|(?![\n\t])\p{Cc}/u);
    }),
  );
});
