import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ExperimentInput } from '../../src/experiment/schema.js';
import { Store } from '../../src/store/store.js';
import { trained } from '../bench/doctor/breed.js';
import { courseOf } from '../bench/doctor/courses.js';
import { failures } from '../bench/doctor/failures.js';
import { scoreOf } from '../bench/doctor/score.js';
import { shaken } from '../builders/shake.js';

const folder = mkdtempSync(join(tmpdir(), 'bred-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A fresh model writes anything: paid for a capital letter, which some six characters have and others do not, its groups have a signal. */
const experiment: ExperimentInput & { method: { name: 'grpo' } } = {
  name: 'grouped',
  policy: { preset: 'nano-2l' },
  data: { generator: 'arithmetic', levels: [1] },
  method: { name: 'grpo', group_size: 8 },
  reward: [{ term: 'regex', pattern: '[A-Z]' }],
  sampling: { questions_per_step: 16, max_tokens: 6 },
  steps: 8,
  benchmarks: [],
  seed: shaken(1),
  launch: { threads: 1 },
};

test('a trainer that begins to compare parts of its groups is found out at that step, and not before', async () => {
  const failure = failures.find(({ id }) => id === 'group-size')!;
  const root = join(folder, '.grpo-lab');
  const runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
  await trained(runs, experiment, null, { goesOnFrom: null, failing: { failure, onset: 5, random: () => 0 } });
  const store = await Store.open({ root, dataFolder: join(folder, 'data') });
  try {
    store.catchUp();
    const run = { id: 'grouped', failure, kind: 'failure', seed: 1, onset: 5, experiment, before: null } as const;
    const course = await courseOf(store, run);
    expect([...course.findings].map(([step, found]) => [step, found.map((f) => [f.id, f.onset])])).toEqual([
      ...[1, 2, 3, 4].map((step) => [step, []]),
      ...[5, 6, 7, 8].map((step) => [step, [['wrong-grouping', 5]]]),
    ]);
    expect(scoreOf(course)).toMatchObject({ delay: 0, before: [] });
  } finally {
    store.close();
  }
});
