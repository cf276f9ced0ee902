/** What is told of each format's fixture. */
import { expect, test } from 'vitest';
import { importerById, importers } from '../../../src/importers/index.js';
import type { ImportOptions } from '../../../src/importers/importer.js';
import { expectGolden } from '../../builders/golden.js';
import { python } from '../../builders/python.js';

const mapping = { step: 'epoch', group: 'problem_id', question: 'problem', solution: 'output', reward: 'score' };

/** Name of the list, format, fixture. */
const goldens: [name: string, format: string, fixture: string, options?: ImportOptions][] = [
  ['trl-grpo', 'trl', 'trl/grpo'],
  ['trl-traps', 'trl', 'trl/iterations-and-evaluation'],
  ['verl-v0', 'verl', 'verl/v0'],
  ['verl-v1', 'verl', 'verl/v1'],
  ['prime-rl', 'prime-rl', 'prime-rl/run'],
  ['verifiers-v0', 'verifiers', 'verifiers/v0'],
  ['verifiers-v1', 'verifiers', 'verifiers/v1'],
  ['nemo-rl', 'nemo-rl', 'nemo-rl'],
  ['lm-eval', 'lm-eval', 'lm-eval'],
  ['lighteval', 'lighteval', 'lighteval'],
  ['inspect', 'inspect', 'inspect/2026-08-22T10-00-00_sums_fixture.eval'],
  ['slime', 'slime', 'slime/details'],
  ['skyrl', 'skyrl', 'skyrl/exports'],
  ['skyrl-evaluations', 'skyrl', 'skyrl/exports/dumped_evals'],
  ['wandb', 'wandb', 'wandb/offline-run-20260821_100000-rloo0001'],
  ['trackio', 'trackio', 'trackio/sums.db'],
  ['openrlhf', 'openrlhf', 'openrlhf/run-1'],
  ['tensorboard', 'tensorboard', 'tensorboard/trl-rloo'],
  ['tinker', 'tinker', 'tinker/sums'],
  ['art', 'art', 'art/v2'],
  ['art-older', 'art', 'art/older'],
  ['groups', 'groups', 'groups/groups.jsonl'],
  ['generic', 'generic', 'generic/rows.csv', { mapping }],
];
const pickled = new Set(['slime', 'skyrl']);

test.each(goldens)('%s', async (name, format, fixture, options) => {
  if (pickled.has(name) && python === undefined) return;
  await expectGolden(name, importerById(format)!, fixture, options);
});

test('every format is among them', () => {
  expect(new Set(goldens.map(([, format]) => format))).toEqual(new Set(importers.map(({ id }) => id)));
});
