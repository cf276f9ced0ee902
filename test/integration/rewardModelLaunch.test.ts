/** An experiment whose reward asks a reward model, launched alone: the real launcher and the real trainer do the rest. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backends } from '../../src/backends/backends.js';
import { launchExperiment } from '../../src/launch/launchExperiment.js';
import { lastEvent } from '../../src/launch/newestEvents.js';
import { programsIn } from '../../src/launch/ownPrograms.js';
import { Supervisor } from '../../src/launch/supervisor.js';
import { jobsOn } from '../../src/launch/targets/jobsOn.js';
import { readIdentity } from '../../src/protocol/identity.js';
import { shaken } from '../builders/shake.js';
import { eventsOfType, untilEnded } from './launchWorld.js';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'grpo-lab-reward-model-'))));
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

const shared = [
  'data: { generator: arithmetic, levels: [1] }',
  'sampling: { questions_per_step: 4, max_tokens: 32 }',
  'benchmarks: []',
  `seed: ${shaken(5)}`,
  'launch: { threads: 1 }',
];

async function experiment(name: string, ...lines: string[]): Promise<{ path: string; text: string }> {
  const path = join(folder, `${name}.experiment.yaml`);
  const text = [`name: ${name}`, ...shared, ...lines, ''].join('\n');
  await writeFile(path, text);
  return { path, text };
}

test('SFT comes first, then the reward model, then GRPO with both', async () => {
  await experiment('sft', 'policy: { preset: tiny-2l }', 'method: { name: sft }', 'optimiser: { learning_rate: 0.004 }', 'steps: 60');
  await experiment('orm', 'policy: { from: sft }', 'method: { name: outcome-reward, group_size: 4 }', 'steps: 3');
  const reward = 'reward: [{ term: correct }, { term: reward_model, from: orm, weight: 0.5 }]';
  const rl = await experiment('rl', 'policy: { from: sft }', 'method: { name: grpo, group_size: 4 }', reward, 'steps: 2');

  const jobs = jobsOn(programsIn(resolve('dist')));
  const supervisor = new Supervisor(jobs, backends({ distFolder: resolve('dist'), nodePath: process.execPath }));
  const where = { folder, runsDir: join(folder, '.grpo-lab', 'runs') };
  const runs = await launchExperiment({ ...rl, ...where }, supervisor);
  expect(runs.map((r) => [r.experiment, r.waitsFor])).toEqual([
    ['sft', []],
    ['orm', [runs[0].id]],
    ['rl', [runs[0].id, runs[1].id]],
  ]);
  const last = runs[2].directory;
  await untilEnded(last);
  expect(lastEvent(last, ['status'])).toMatchObject({ state: 'finished', step: 2 });
  expect(readIdentity(last)).toMatchObject({ parent: { run: runs[0].id, step: 60 }, reward_model: { run: runs[1].id, step: 3 } });
  const solutions = (await eventsOfType(last, 'group')).flatMap((g) => g.solutions);
  expect(solutions).toHaveLength(2 * 4 * 4);
  for (const s of solutions) expect(Number(s.reward)).toBeCloseTo(Number(s.rewards.correct) + 0.5 * Number(s.rewards.reward_model), 9);
  expect(await readFile(join(last, 'stderr.log'), 'utf8')).toBe('');
});
