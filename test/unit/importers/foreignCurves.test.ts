/** Curves of the shapes that people have published, besides our own fixtures of these shapes: taken without a question, and whole. */
import { expect } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { detectFormat } from '../../../src/importers/index.js';
import { importOf, standing } from '../../builders/importing.js';
import { sharedTest } from '../../builders/sharedData.js';

interface Foreign {
  format: string;
  /** Steps, and metrics of any of them. */
  steps: number;
  metrics: readonly string[];
}

const trlNames = ['reward/mean', 'reward/std', 'kl', 'length/mean', 'loss', 'grad_norm', 'learning_rate'];
const folders: Readonly<Record<string, Foreign>> = {
  'trl-early-2025': { format: 'trl', steps: 6, metrics: [...trlNames, 'reward/term/correctness_reward_func'] },
  'trl-state-other-name': { format: 'trl', steps: 6, metrics: [...trlNames, 'reward/term/format_reward_fn', 'groups/zero_std'] },
  'trl-supervised': { format: 'trl', steps: 5, metrics: ['loss', 'eval/loss', 'eval/wer'] },
  'trl-console': { format: 'console', steps: 12, metrics: trlNames },
  'verl-console': {
    format: 'console',
    steps: 9,
    metrics: ['reward/mean', 'entropy', 'loss', 'length/mean', 'val-core/sums/reward/mean@1'],
  },
  'csv-curves': { format: 'curves', steps: 30, metrics: ['reward/mean', 'reward/std', 'loss', 'eval_combined'] },
  'csv-curves-of-several-runs': { format: 'curves', steps: 10, metrics: ['reward/raw', 'kl', 'entropy'] },
  'json-array-per-step': { format: 'curves', steps: 6, metrics: ['reward/mean', 'grad_norm', 'rho'] },
  'jsonl-curves-of-three-algorithms': { format: 'curves', steps: 12, metrics: ['reward/mean', 'kl', 'loss', 'violation_rate'] },
  'tinker-metrics-renamed': { format: 'tinker', steps: 20, metrics: ['reward/mean', 'accuracy/train', 'entropy', 'kl/sampler'] },
};

for (const [folder, { format, steps, metrics }] of Object.entries(folders))
  sharedTest(`foreign/${folder}`, folder, async (path) => {
    const { chosen } = await detectFormat(folderSource(path));
    expect(chosen?.importer.id).toBe(format);
    const { events } = await importOf(chosen!.importer, path);
    const stands = [...standing(events)].map(([key, value]) => [...key.split(' metric '), value]);
    expect(new Set(stands.map(([step]) => step)).size).toBe(steps);
    expect(stands.map(([, name]) => name)).toEqual(expect.arrayContaining([...metrics]));
    if (format === 'trl' && !metrics.includes('reward/mean')) expect(stands.map(([, name]) => name).join()).not.toContain('reward');
  });
