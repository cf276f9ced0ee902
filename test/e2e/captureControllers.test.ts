/**
 * Trainers whose one process controls all others: what that one knows is captured. verl and OpenRLHF run where `npm run trainers` has installed
 * them, each with its own controller; the workers, which want GPUs, are replaced by a tiny model (test/fixtures/capture).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeArray, fromWire } from '../../src/protocol/arrays.js';
import { readIdentity } from '../../src/protocol/identity.js';
import { needs } from '../builders/needs.js';
import { type Captured, CaptureWorld, expectWhole, logs, of } from './captureWorld.js';
import { trainerPython } from './trainers.js';

const kinds = [
  {
    name: 'verl-0.9.1',
    script: 'trainVerl.py',
    trainer: /PPOTrainerSync|Trainer$/,
    spans: ['sampling', 'log-probabilities', 'reference', 'training'],
    epsilon: 1e-6,
  },
  { name: 'openrlhf-0.11.2', script: 'trainOpenrlhf.py', trainer: /Trainer$/, spans: ['experience', 'training', 'sync'], epsilon: 1e-9 },
];

/** Â = (r − mean) / (std + ε), std with G − 1, the same for every token. Source: DeepSeekMath, section 4.1.2; verl, core_algos; OpenRLHF, experience_maker. */
function expectAdvantages({ events }: Captured, epsilon: number): void {
  for (const { solutions } of of(events, 'group')) {
    const rewards = solutions.map(({ reward }) => fromWire(reward));
    const mean = rewards.reduce((sum, r) => sum + r, 0) / rewards.length;
    const std = Math.sqrt(rewards.reduce((sum, r) => sum + (r - mean) ** 2, 0) / (rewards.length - 1));
    solutions.forEach(({ advantage }, i) =>
      expect(Math.abs(fromWire(advantage!) - (rewards[i] - mean) / (std + epsilon))).toBeLessThan(1e-5),
    );
  }
}

describe.each(kinds)('$name is captured to the token', ({ name, script, trainer, spans, epsilon }) => {
  const { python, missing } = trainerPython(name);
  needs(python, missing);
  let world: CaptureWorld;
  beforeAll(() => {
    world = new CaptureWorld(python);
  });
  afterAll(() => world.remove());

  test('advantages follow from rewards; log-probabilities are those of forward passes of their own', async () => {
    const captured = await world.launch('controlled', { script, command: 'capture: true' });
    const { events, directory } = captured;
    expectWhole(captured, [1, 2, 3], 2);
    await world.expectForwards(captured, (step) => step);
    expect(new Set(of(events, 'span').map((span) => span.name))).toEqual(new Set(spans));
    const [group] = of(events, 'group');
    const [, x, y] = /(\d)\+(\d)=/.exec(group.question)!.map(Number);
    expect(group.gold).toBe(String(x + y));
    expect(readIdentity(directory)!.sampling).toMatchObject({ temperature: 0.7, logp_temperature: 0.7, max_tokens: 12 });
    const handshake = JSON.parse(readFileSync(join(directory, 'capture', 'capture.json'), 'utf8')) as { trainer: string; ended: unknown };
    expect(handshake.trainer).toMatch(trainer);
    expect(handshake.ended).toBeNull();
    expect(logs(events, 'info')).toContain('Captured 6 groups, 24 solutions, 24 traces.');
    const losses = of(events, 'metrics').filter(({ values }) => 'loss' in values);
    expect(losses.map(({ step }) => step)).toEqual([1, 2, 3]);
    for (const { solutions } of of(events, 'group'))
      for (const { kl, tokens, finish } of solutions) {
        expect(fromWire(kl!)).toBeGreaterThanOrEqual(0);
        expect(finish).toBe(tokens < 12 ? 'stop' : finish);
      }
    for (const trace of of(events, 'trace')) expect(decodeArray(trace.logp_sampler!)).toHaveLength(decodeArray(trace.ids!).length);
    if (name.startsWith('verl')) {
      // Two tokens of each are masked, as a tool's are; so is their advantage.
      for (const trace of of(events, 'trace')) expect([...decodeArray(trace.mask!)].filter((m) => m === 0)).toHaveLength(2);
      expect(group.info).toEqual({ data_source: 'sums' });
      expect(group.question_turns).toMatchObject([{ role: 'user', kind: 'text' }]);
      for (const { text, correct, rewards } of group.solutions) {
        expect(correct).toBe(Array.from(text).length % 2 === 0);
        expect(rewards).toHaveProperty('length');
      }
    }
    expectAdvantages(captured, epsilon);
  });
});
