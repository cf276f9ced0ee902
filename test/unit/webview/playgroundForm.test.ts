import { describe, expect, test } from 'vitest';
import { sampleRequestSchema, type PlaygroundView } from '../../../src/contracts/playground.js';
import {
  applyAbout,
  requestOf,
  firstForm,
  fitting,
  sourceKey,
  sourceName,
  sourceOf,
  withSource,
} from '../../../webview/playground/playgroundForm.js';

const view: PlaygroundView = {
  trusted: true,
  runs: [
    { run: 'grpo-2', name: 'arith-grpo-2', steps: [40, 20], temperature: 1, maxTokens: 48 },
    { run: 'sft-1', name: 'arith-sft-1', steps: [800], temperature: 0.8, maxTokens: 64 },
  ],
  endpoints: [{ name: 'local', model: 'Qwen3-4B' }],
  about: null,
  group: null,
};

describe('the form', () => {
  test('begins with the newest checkpoint and the sampling of its experiment', () => {
    expect(firstForm(view)).toMatchObject({ source: { run: 'grpo-2', step: 40 }, temperature: 1, maxTokens: 48, size: 8 });
    expect(firstForm({ ...view, runs: [] }).source).toEqual({ endpoint: 'local' });
    expect(firstForm({ ...view, runs: [], endpoints: [] }).source).toBeNull();
  });

  test('takes over the sampling of another run, and keeps what was set when only the step changes', () => {
    const form = { ...firstForm(view), temperature: 0.3 };
    expect(withSource(form, { run: 'grpo-2', step: 20 }, view)).toMatchObject({ temperature: 0.3, source: { step: 20 } });
    expect(withSource(form, { run: 'sft-1', step: 800 }, view)).toMatchObject({ temperature: 0.8, maxTokens: 64 });
    const endpoint = withSource(form, { endpoint: 'local' }, view);
    expect(endpoint).toMatchObject({ temperature: 0.3, maxTokens: 512 });
    expect(withSource({ ...endpoint, maxTokens: 99 }, { endpoint: 'other' }, view).maxTokens).toBe(99);
  });

  test('is filled in with the question and checkpoint it was opened about', () => {
    const about = {
      question: { question: '3 + 4', gold: '7' },
      source: { run: 'sft-1', step: 800 },
      address: { run: 'sft-1', step: 3, group: 2 },
      label: '',
    };
    expect(applyAbout({ ...firstForm(view), size: 4 }, { ...view, about })).toMatchObject({
      question: '3 + 4',
      gold: '7',
      size: 4,
      maxTokens: 64,
    });
  });

  test('gives up a checkpoint that is gone', () => {
    const form = withSource(firstForm(view), { run: 'grpo-2', step: 20 }, view);
    expect(fitting(form, view)).toBe(form);
    const pruned = { ...view, runs: [{ ...view.runs[0], steps: [60, 40] }] };
    expect(fitting(form, pruned).source).toEqual({ run: 'grpo-2', step: 60 });
  });

  test('names and keys of sources lead back to them', () => {
    for (const source of [{ run: 'grpo-2', step: 20 }, { endpoint: 'a "b"' }]) expect(sourceOf(sourceKey(source))).toEqual(source);
    expect(sourceName({ run: 'grpo-2', step: 20 }, view)).toBe('arith-grpo-2, step 20');
    expect(sourceName({ endpoint: 'local' }, view)).toBe('local (Qwen3-4B)');
    expect(sourceName({ endpoint: 'gone' }, view)).toBe('gone');
  });
});

describe('what is asked', () => {
  const form = { ...firstForm(view), question: '3 + 4', gold: ' 7 ' };

  test('is what the host accepts', () => {
    const parsed = requestOf(form);
    expect(parsed).toMatchObject({ request: { question: '3 + 4', gold: '7', size: 8 } });
    expect('request' in parsed && sampleRequestSchema.safeParse(parsed.request).success).toBe(true);
    expect(requestOf({ ...form, gold: ' ' })).toMatchObject({ request: { gold: null } });
  });

  test.each([
    [{ question: '  ' }, 'Type a question'],
    [{ source: null }, 'Choose what to sample from'],
    [{ size: 0 }, 'G is a whole number from 1 to 64.'],
    [{ size: 2.5 }, 'G is a whole number'],
    [{ temperature: -1 }, 'temperature is a number from 0 to 10.'],
    [{ temperature: NaN }, 'temperature is a number'],
    [{ maxTokens: 1e9 }, 'max tokens is a whole number from 1 to 32,768.'],
    [{ gold: 'x'.repeat(3000) }, 'A gold answer has at most 2,000 characters.'],
    [{ question: 'x'.repeat(60_000) }, 'A question has at most 50,000 characters.'],
  ])('is said to be missing or wrong: %o', (change, problem) => {
    const parsed = requestOf({ ...form, ...change });
    expect('problem' in parsed && parsed.problem).toContain(problem);
  });
});
