import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { deleteValue, setValue } from '../../../src/experiment/edit.js';
import { grpoFile } from './files.js';

test('changing a number changes its characters alone', () => {
  expect(setValue(grpoFile, ['method', 'beta'], 0.1)).toBe(grpoFile.replace('0.04', '0.1'));
  expect(setValue(grpoFile, ['data', 'levels', 1], 3)).toBe(grpoFile.replace('[1, 2]', '[1, 3]'));
});

test('a new key goes to the end of its group and leaves every other line as it was', () => {
  expect(setValue(grpoFile, ['method', 'clip'], 0.3)).toBe(grpoFile.replace('beta: 0.04\n', 'beta: 0.04\n  clip: 0.3\n'));
});

test('a new group goes to the end of the file', () => {
  expect(setValue(grpoFile, ['optimiser', 'learning_rate'], 0.001)).toBe(`${grpoFile}optimiser:\n  learning_rate: 0.001\n`);
});

test('deleting a key takes the group along that it leaves empty', () => {
  expect(deleteValue(grpoFile, ['policy', 'from'])).toBe(grpoFile.replace('policy: { from: arith-sft }\n', ''));
  expect(deleteValue(grpoFile, ['sampling', 'temperature'])).toBe(grpoFile);
});

test('Windows line ends stay', () => {
  const windows = grpoFile.replaceAll('\n', '\r\n');
  expect(setValue(windows, ['method', 'clip'], 0.3)).toBe(windows.replace('beta: 0.04\r\n', 'beta: 0.04\r\n  clip: 0.3\r\n'));
});

test('a file that is not valid YAML is not touched', () => {
  expect(() => setValue('a: [1', ['a'], 2)).toThrow(/not valid YAML at line 1/);
});

test('a text reads back as it was set, and its comments stay', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.boolean(), fc.integer()), (value) => {
      for (const path of [['description'], ['method', 'name'], ['launch', 'env', 'A']]) {
        const text = setValue(grpoFile, path, value);
        const root = parse(text) as Record<string, unknown>;
        expect(path.reduce<unknown>((v, k) => (v as Record<string, unknown>)[k], root)).toEqual(value);
        expect(text).toContain('# My run');
        expect(text).toContain('# keep it close');
      }
    }),
  );
});
