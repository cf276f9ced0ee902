import type { RunSummary } from '../../src/store/views.js';

/** A run as lists show it: `arith-grpo-3`, in its 42nd step of 100. */
export const aSummary = (change: Partial<RunSummary> = {}): RunSummary => ({
  id: 'arith-grpo-3-k3f9',
  name: 'arith-grpo-3',
  number: 3,
  experiment: 'arith-grpo',
  experimentPath: null,
  backend: 'embedded',
  method: 'grpo',
  state: 'running',
  quietSince: null,
  message: null,
  step: 42,
  totalSteps: 100,
  parent: null,
  rewardModel: null,
  created: '2026-01-01T00:00:00.000Z',
  updated: '2026-01-01T00:01:00.000Z',
  latest: { 'reward/mean': 0.7123, 'accuracy/held_out': 0.5 },
  spark: { metric: 'reward/mean', values: [0, 0.25, 0.5, 0.99], extent: { low: 0, high: 0.99 } },
  secondsPerStep: 2,
  problems: 0,
  importedFrom: null,
  importFormat: null,
  ...change,
});
