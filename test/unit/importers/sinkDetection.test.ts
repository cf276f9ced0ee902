import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { detectFormat } from '../../../src/importers/index.js';
import { importFixtures } from '../../builders/importing.js';

test.each([
  ['art', 'art/v2'],
  ['art', 'art/older'],
  ['console', 'console/trl'],
  ['console', 'console/verl'],
  ['curves', 'curves/csv'],
  ['curves', 'curves/csv-runs/arms.csv'],
  ['curves', 'curves/json'],
  ['curves', 'curves/jsonl-runs'],
  ['openrlhf', 'openrlhf'],
  ['skyrl', 'skyrl/exports'],
  ['skyrl', 'skyrl/exports/dumped_evals'],
  ['slime', 'slime/details'],
  ['tensorboard', 'tensorboard/trl-rloo'],
  ['tinker', 'tinker/sums'],
  ['tinker', 'tinker-metrics'],
  ['trackio', 'trackio/sums.db'],
  ['trl', 'trl/early'],
  ['trl', 'trl/other-name'],
  ['trl', 'trl/supervised'],
  ['wandb', 'wandb'],
])('%s is chosen for %s among all formats, without a question', async (id, folder) => {
  const { chosen, candidates } = await detectFormat(folderSource(join(importFixtures, folder)));
  expect(chosen?.importer.id, candidates.map((c) => `${c.importer.id} ${c.confidence}: ${c.why}`).join('\n')).toBe(id);
});
