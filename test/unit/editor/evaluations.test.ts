import { expect, test } from 'vitest';
import { evaluatedBy } from '../../../src/editor/explorer/evaluations.js';

interface Row {
  method: string;
  parent: { run: string; step: number } | null;
}
const from = (run: string) => ({ run, step: 60 });
const runs = new Map<string, Row>([
  ['sft', { method: 'sft', parent: null }],
  ['grpo', { method: 'grpo', parent: from('sft') }],
  ['eval', { method: 'evaluate', parent: from('grpo') }],
  ['eval-of-eval', { method: 'evaluate', parent: from('eval') }],
  ['eval-of-deleted', { method: 'evaluate', parent: from('deleted') }],
  ['imported', { method: 'eval', parent: null }],
]);
const tested = (id: string) => evaluatedBy(runs.get(id)!, runs);

test('an evaluation is listed beneath the run whose checkpoint it tests', () => {
  expect(tested('eval')).toBe(runs.get('grpo'));
});

test('what trains, and what tests nothing that is listed, stands for itself', () => {
  for (const id of ['sft', 'grpo', 'eval-of-eval', 'eval-of-deleted', 'imported']) expect(tested(id)).toBeNull();
});
