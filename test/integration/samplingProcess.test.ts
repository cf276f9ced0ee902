import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkpointPath, readCheckpoint, writeCheckpoint } from '../../src/engine/checkpoint.js';
import { splitOf } from '../../src/engine/tasks/taskQuestions.js';
import type { ExperimentInput } from '../../src/experiment/schema.js';
import type { SampledText } from '../../src/sampling/sampler.js';
import { SamplingProcess } from '../../src/sampling/samplingProcess.js';
import { prepareRun, startEngine } from '../builders/engineRun.js';
import { shaken } from '../builders/shake.js';

const sft: ExperimentInput = {
  name: 'small-sft',
  policy: { preset: 'tiny-2l' },
  method: { name: 'sft', batch_size: 8 },
  data: { generator: 'mixed', levels: [1, 2] },
  sampling: { max_tokens: 24 },
  optimiser: { learning_rate: 3e-3 },
  steps: 3,
  benchmarks: [],
  checkpoints: { every: 3 },
  seed: 5,
  launch: { threads: 1 },
};
const request = { question: '3 + 4', size: 6, temperature: 1, maxTokens: 40, seed: shaken(7) };
const never = new AbortController().signal;

let runs: string;
let checkpoint: string;
let service: SamplingProcess;
beforeAll(async () => {
  runs = mkdtempSync(join(tmpdir(), 'sampling-'));
  const end = await startEngine(prepareRun(runs, 'sft', sft)).ended;
  expect(end).toMatchObject({ code: 0, stderr: '' });
  checkpoint = join(runs, 'sft', checkpointPath(3));
  service = new SamplingProcess({ executable: process.execPath, script: resolve('dist/sampler.cjs') });
});
afterAll(() => {
  service.close();
  rmSync(runs, { recursive: true, force: true });
});

/** Keeps what a sampler tells. */
function listening() {
  const streamed: string[] = [];
  const solutions: SampledText[] = [];
  return {
    streamed,
    solutions,
    text: (i: number, more: string) => void (streamed[i] = (streamed[i] ?? '') + more),
    solution: (i: number, s: SampledText) => void (solutions[i] = s),
  };
}

describe('a group from a checkpoint', () => {
  test('is streamed, and finished with a log-probability and an entropy for every token', async () => {
    const heard = listening();
    expect(await service.sampler(checkpoint, 'mixed')(request, heard, never)).toEqual([]);
    expect(heard.solutions).toHaveLength(6);
    heard.solutions.forEach((s, i) => {
      expect(heard.streamed[i] ?? '').toBe(s.text);
      expect(s.logp).toHaveLength(s.tokens!);
      expect(s.logp!.every((x) => x <= 0)).toBe(true);
      expect(s.entropy).toHaveLength(s.tokens!);
      if (s.finish === 'length') expect(s.tokens).toBe(40);
      // The longest token is the line that opens a program or its output.
      expect(s.text.length).toBeLessThanOrEqual(s.tokens! * '```output\n'.length);
    });
    expect(new Set(heard.solutions.map((s) => s.text)).size).toBeGreaterThan(1);
  });

  test('for a question with characters the policy does not know says which', async () => {
    const heard = listening();
    const notes = await service.sampler(checkpoint, 'mixed')({ ...request, question: 'Was ist 3 € + 4 €?' }, heard, never);
    expect(heard.solutions).toHaveLength(6);
    expect(notes).toEqual(['The policy has no token for "€": it reads an unknown character there.']);
  });

  test('holds what the reward model beside the policy says of each solution', async () => {
    const rm: ExperimentInput = {
      ...sft,
      name: 'small-rm',
      policy: { from: 'small-sft' },
      method: { name: 'outcome-reward', group_size: 2 },
      sampling: { questions_per_step: 2, max_tokens: 12 },
      steps: 1,
      checkpoints: { every: 1 },
    };
    const parent = { run: 'sft', step: 3, checkpoint: checkpointPath(3) };
    const end = await startEngine(prepareRun(runs, 'rm', rm, parent)).ended;
    expect(end).toMatchObject({ code: 0, stderr: '' });
    const [plain, judged] = [listening(), listening()];
    await service.sampler(checkpoint, 'mixed')(request, plain, never);
    await service.sampler(join(runs, 'rm', checkpointPath(1)), 'mixed')(request, judged, never);
    expect(plain.solutions.every((s) => s.model === null)).toBe(true);
    // The policy is the same; only the judge beside it is new.
    expect(judged.solutions.map((s) => s.text)).toEqual(plain.solutions.map((s) => s.text));
    expect(judged.solutions.every((s) => s.model! > 0 && s.model! < 1)).toBe(true);
  });

  test('comes again with the same seed, and another one with another', async () => {
    const [a, b, other] = [listening(), listening(), listening()];
    await service.sampler(checkpoint, 'mixed')(request, a, never);
    await service.sampler(checkpoint, 'mixed')(request, b, never);
    await service.sampler(checkpoint, 'mixed')({ ...request, seed: shaken(8) }, other, never);
    expect(b.solutions).toEqual(a.solutions);
    expect(other.solutions).not.toEqual(a.solutions);
  });

  test('runs the programs of a policy that has learned to write them, and hides none of what they print', async () => {
    const tools: ExperimentInput = {
      ...sft,
      name: 'small-tools',
      policy: { preset: 'nano-2l' },
      method: { name: 'sft', batch_size: 16 },
      data: { generator: 'tools', levels: [1] },
      steps: 150,
      checkpoints: { every: 150 },
    };
    expect(await startEngine(prepareRun(runs, 'tools', tools)).ended).toMatchObject({ code: 0, stderr: '' });
    const { question } = await service.question({ generator: 'tools', levels: [1], held_out_fraction: 0.1, direct_fraction: 0 }, 3);
    const about = { ...request, question, size: 8, maxTokens: 200 };
    const [plain, running] = [listening(), listening()];
    const sample = (generator: 'tools' | null) => service.sampler(join(runs, 'tools', checkpointPath(150)), generator);
    await sample('tools')(about, running, never);
    await sample(null)(about, plain, never);
    const ran = running.solutions.filter((s) => s.tokens! > s.logp!.length);
    expect(ran.length).toBeGreaterThan(0);
    for (const s of ran) {
      expect(s.text).toMatch(/```python\n[^]*```\n```output\n/);
      expect(s.entropy).toHaveLength(s.logp!.length);
    }
    running.solutions.forEach((s, i) => expect(running.streamed[i]).toBe(s.text));
    expect(plain.solutions.every((s) => s.tokens === s.logp!.length)).toBe(true);
  }, 300_000);

  test('ends when it is stopped, and the next one is sampled in full', async () => {
    const stop = new AbortController();
    const heard = listening();
    const text = (i: number, more: string) => {
      heard.text(i, more);
      stop.abort();
    };
    // A policy that has hardly learnt writes on and on: long enough that stopping comes in the middle.
    await expect(
      service.sampler(checkpoint, 'mixed')({ ...request, size: 64, maxTokens: 4000 }, { ...heard, text }, stop.signal),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(heard.streamed.length).toBeGreaterThan(0);
    expect(heard.solutions).toEqual([]);
    const next = listening();
    await service.sampler(checkpoint, 'mixed')(request, next, never);
    expect(next.solutions).toHaveLength(6);
  });

  test('that cannot be sampled says why, and the process goes on', async () => {
    const sample = (file: string, question = '3 + 4') => service.sampler(file, 'mixed')({ ...request, question }, listening(), never);
    await expect(sample(join(runs, 'gone.ckpt'))).rejects.toThrow(/gone\.ckpt cannot be used: it is not there/);
    writeFileSync(join(runs, 'broken.ckpt'), 'no checkpoint');
    await expect(sample(join(runs, 'broken.ckpt'))).rejects.toThrow('is not a checkpoint');
    const foreign = readCheckpoint(checkpoint);
    writeCheckpoint(join(runs, 'foreign'), { ...foreign, model: { ...foreign.model, vocabulary: 7 } });
    await expect(sample(join(runs, 'foreign', checkpointPath(3)))).rejects.toThrow('its model has 7 token ids');
    await expect(sample(checkpoint)).resolves.toEqual([]);
  });
});

describe('judging', () => {
  const judged = {
    length: 10,
    model: null,
    gold: '7',
    others: [],
    terms: [{ term: 'correct', weight: 1 } as const],
    longest: 40,
  };

  test('gives the grade, the reward of the experiment, and who answers the same', async () => {
    const terms = [
      { term: 'correct', weight: 1 },
      { term: 'format', weight: 0.5, marker: 'answer is' },
    ] as const;
    const right = await service.judge({ ...judged, text: '3+4=7. The answer is 7.', others: ['8', '14/2', '7.0'], terms: [...terms] });
    expect(right).toMatchObject({ grade: { verdict: 'equal', answer: '7' }, like: 1, reward: { total: 1.5 } });
    const wrong = await service.judge({ ...judged, text: 'The answer is 8.', others: ['7'], terms: [...terms] });
    expect(wrong).toMatchObject({ grade: { verdict: 'different', answer: '8' }, like: null, reward: { total: 0.5 } });
    const asking = [...terms, { term: 'reward_model', weight: 2, from: 'rm' } as const];
    const request = await service.judge({ ...judged, text: 'The answer is 8.', model: 0.25, terms: asking });
    expect(request.reward).toEqual({ total: 1, terms: { correct: 0, format: 1, reward_model: 0.25 } });
    expect(await service.judge({ ...judged, text: 'The answer is 8.', terms: asking })).toMatchObject({ reward: { total: 0.5 } });
    const repeated = await service.judge({ ...judged, text: 'The answer is 3+4.' });
    expect(repeated).toMatchObject({ grade: { verdict: 'different' }, reward: { total: 0 } });
  });

  test('without a gold answer finds the answer alone', async () => {
    expect(await service.judge({ ...judged, text: 'The answer is 8.', gold: null })).toMatchObject({
      grade: { answer: '8' },
      reward: null,
    });
    expect(await service.judge({ ...judged, text: 'I cannot say', gold: null })).toMatchObject({ grade: { answer: null }, like: null });
  });

  test('of a hostile text comes to an end', async () => {
    const { grade } = await service.judge({ ...judged, text: `The answer is $${'x^{'.repeat(50_000)}$.`, gold: '\\int_0^1 x' });
    expect(grade.verdict).not.toBe('equal');
  });
});

test('a question of the data is one that training never asks, and has its answer', async () => {
  const data = { generator: 'arithmetic', levels: [1, 2], held_out_fraction: 0.1, direct_fraction: 0 } as const;
  const { question, gold } = await service.question({ ...data, levels: [1, 2] }, 3);
  expect(splitOf(question, 0.1)).toBe('held-out');
  expect(gold).toMatch(/^\d+$/);
});

describe('the process', () => {
  test('starts again after it was ended for idleness', async () => {
    const idle = new SamplingProcess({ executable: process.execPath, script: resolve('dist/sampler.cjs'), idleMs: 1 });
    const one = () => idle.judge({ text: 'The answer is 7.', length: 1, model: null, gold: '7', others: [], terms: [], longest: 1 });
    expect((await one()).grade.verdict).toBe('equal');
    await new Promise((go) => setTimeout(go, 50));
    expect((await one()).grade.verdict).toBe('equal');
    idle.close();
  });

  test('that cannot be started says so', async () => {
    const none = new SamplingProcess({ executable: join(runs, 'no-node'), script: 'x' });
    await expect(none.sampler(checkpoint, null)(request, listening(), never)).rejects.toThrow(/cannot be started: .*ENOENT/);
    const noScript = new SamplingProcess({ executable: process.execPath, script: join(runs, 'none.cjs') });
    await expect(noScript.sampler(checkpoint, null)(request, listening(), never)).rejects.toThrow(
      /ended with code 1\. It said: [^]*none\.cjs/,
    );
  });
});
