import { expect, test } from 'vitest';
import { runTooltip } from '../../../src/editor/explorer/runTooltip.js';
import { aSummary } from '../../builders/aSummary.js';

test('what a person asks for first stands first, whatever else a run has told', () => {
  const others = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`aaa/${i}`, i]));
  const latest = { ...others, 'length/mean': 61, kl: 0.012, 'reward/std': 0.3, 'reward/mean': 0.71, 'accuracy/held_out': 0.68 };
  const { value } = runTooltip(aSummary({ latest }), [], null, Date.now());
  const rows = [...value.matchAll(/^\| (.+?) \| \S+ \|$/gm)].map((m) => m[1]).filter((name) => name !== 'metric');
  expect(rows.slice(0, 4)).toEqual(['reward', 'held\\-out', 'KL', 'length']);
  expect(rows).toHaveLength(12);
});

test('where a run is carried out, and why it waits, is said', () => {
  const job = 'SLURM job 12 waits: jobs of higher priority go first (Priority)';
  expect(runTooltip(aSummary({ job }), [], null, Date.now()).value).toContain('jobs of higher priority go first');
});
