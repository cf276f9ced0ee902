import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { experimentJsonSchema, annotatedSchema, branchesOf, type SchemaNode } from '../../../src/experiment/experimentJsonSchema.js';
import { keyAt, keyInfo } from '../../../src/experiment/experimentKeys.js';
import { metrics } from '../../../src/protocol/metrics.js';
import { grpoFile } from './files.js';

const at = (needle: string): ReturnType<typeof keyAt> => keyAt(grpoFile, grpoFile.indexOf(needle) + 1);

test('the key under the cursor comes with its meaning, the paper and the curves it shapes', () => {
  expect(at('beta')).toEqual({
    path: ['method', 'beta'],
    range: { start: { offset: 117, line: 7, column: 3 }, end: { offset: 121, line: 7, column: 7 } },
    value: 0.04,
    info: {
      path: ['method', 'beta'],
      description: 'β: weight of the KL penalty against the reference policy, inside the loss.',
      paper: '0.04',
      governs: ['kl'],
      default: 0.04,
      accepts: 'number, 0 to 10',
    },
  });
});

test('a value belongs to its key, an item of a list to the list', () => {
  expect(at('0.04')?.path).toEqual(['method', 'beta']);
  expect(at('2]')?.path).toEqual(['data', 'levels']);
  expect(at('arith-sft')?.path).toEqual(['policy', 'from']);
});

test('comments, blanks and unknown keys have no key', () => {
  expect(at('My run')).toBeUndefined();
  expect(keyAt(grpoFile, grpoFile.length)).toBeUndefined();
  expect(keyAt('foo: 1\n', 1)).toBeUndefined();
  expect(keyAt('a: [1', 100)).toBeUndefined();
});

test('the same key name means what the chosen method says', () => {
  expect(keyInfo(['method', 'batch_size'], { method: { name: 'sft' } })?.paper).toBe('256');
  expect(keyInfo(['method', 'batch_size'], { method: { name: 'grpo' } })).toBeUndefined();
});

/** Every named key of the schema, with its path. */
function keysOf(node: SchemaNode, path: string): [string, SchemaNode][] {
  const named = branchesOf(node).flatMap((b) => Object.entries(b.properties ?? {}));
  return [
    ...named.flatMap(([k, v]): [string, SchemaNode][] => [[`${path}${k}`, v], ...keysOf(v, `${path}${k}.`)]),
    ...(node.items ? keysOf(node.items, path) : []),
  ];
}

test('every key is described, and governs only curves that exist', () => {
  const keys = keysOf(annotatedSchema(), '');
  expect(keys.length).toBeGreaterThan(40);
  expect(keys.filter(([, node]) => node.description === undefined).map(([k]) => k)).toEqual([]);
  expect(keys.flatMap(([, node]) => node.governs ?? []).filter((m) => !(m in metrics))).toEqual([]);
});

test('the JSON Schema in media/ is the one of the source (else: node scripts/schema.mjs)', () => {
  expect(JSON.parse(readFileSync('media/experiment.schema.json', 'utf8'))).toEqual(experimentJsonSchema());
});
