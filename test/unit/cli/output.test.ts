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

test('in a narrow terminal long names lose their middle, and no number', () => {
  const name = 'checkpoint-500-resumed-from-qwen2.5-math-1.5b-with-kl-0.04';
  const rows = [
    [name, '7', 'reward 0.104 to 0.713'],
    ['b', '1,200', ''],
  ];
  const narrow = formatTable(['run', 'step', 'range'], rows, '<>', 60);
  expect(narrow).toEqual([
    'run                              step  range',
    'checkpoint-500-…b-with-kl-0.04      7  reward 0.104 to 0.713',
    'b                               1,200',
  ]);
  // Wide enough, or no terminal at all (a file, another program): whole.
  for (const columns of [200, undefined]) expect(formatTable(['run', 'step', 'range'], rows, '<>', columns)[1]).toContain(name);
  // Some of a name is always left.
  expect(formatTable(['run', 'step', 'range'], rows, '<>', 10)[1]).toMatch(/^checkp…-0\.04 /);
});

test('a table that is printed is as wide as the terminal', () => {
  let all = '';
  const stream = { columns: 40, write: (piece: string) => ((all += piece), true) } as unknown as NodeJS.WritableStream;
  new Output(false, stream).table(['run', 'state'], [['x'.repeat(100), 'finished']]);
  expect(Math.max(...all.split('\n').map((line) => line.length))).toBe(40);
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
