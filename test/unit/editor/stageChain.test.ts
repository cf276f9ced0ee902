import { describe, expect, test } from 'vitest';
import { baseOf, stageChain } from '../../../src/editor/stageChain.js';
import type { RunSummary } from '../../../src/store/views.js';

const aRun = (id: string, method: string, parent: [run: string, step: number] | null, created = '2026-01-01'): RunSummary => ({
  ...{ id, name: `${id} by name`, number: 1, experiment: id, experimentPath: null, backend: 'embedded', method, state: 'finished' },
  ...{
    quietSince: null,
    message: null,
    step: 10,
    totalSteps: 10,
    parent: parent && { run: parent[0], step: parent[1] },
    rewardModel: null,
    created,
    updated: created,
  },
  ...{
    latest: {},
    spark: { metric: 'loss', values: [], extent: null },
    secondsPerStep: null,
    problems: 0,
    importedFrom: null,
    importFormat: null,
  },
});

const pretrain = aRun('pretrain', 'pretrain', null);
const sft = aRun('sft', 'sft', ['pretrain', 400]);
const older = aRun('older', 'grpo', ['sft', 100], '2026-01-02');
const grpo = aRun('grpo', 'grpo', ['sft', 150], '2026-01-03');
const evaluation = aRun('eval', 'evaluate', ['sft', 150], '2026-01-04');
const all = [evaluation, grpo, older, sft, pretrain];
const short = (run: RunSummary): string[] =>
  stageChain(run, all).stages.map((s) => `${s.run}${s.step === null ? '' : `@${s.step}`}${s.others ? ` +${s.others}` : ''}`);

describe('the chain of stages', () => {
  test('leads through the run from where it came to what was made of it, of several the newest', () => {
    expect(short(sft)).toEqual(['pretrain@400', 'sft@150', 'grpo +1']);
    expect(short(pretrain)).toEqual(['pretrain@400', 'sft@150', 'grpo +1']);
    expect(stageChain(sft, all).stages[0]).toEqual({ run: 'pretrain', name: 'pretrain by name', method: 'pretrain', step: 400, others: 0 });
  });
  test('of a run that is not the newest is its own', () => {
    expect(short(older)).toEqual(['pretrain@400', 'sft@100', 'older']);
  });
  test('of an evaluation ends with the run that it tests, and says at which step', () => {
    expect(short(evaluation)).toEqual(['pretrain@400', 'sft@150']);
    expect([stageChain(evaluation, all).tested, stageChain(sft, all).tested]).toEqual([150, null]);
    expect(stageChain(aRun('of what?', 'evaluate', null), all)).toEqual({ stages: [], tested: null });
  });
  test('passes over an evaluation that weights were taken from', () => {
    const again = aRun('again', 'evaluate', ['eval', 2]);
    const onward = aRun('onward', 'grpo', ['eval', 2]);
    expect(stageChain(again, all)).toMatchObject({ tested: 150 });
    expect(short(onward)).toEqual(['pretrain@400', 'sft@150', 'onward']);
  });
  test('begins with what is not here any more, by its id', () => {
    expect(stageChain(grpo, [grpo]).stages).toEqual([
      { run: 'sft', name: 'sft', method: null, step: 150, others: 0 },
      { run: 'grpo', name: 'grpo by name', method: 'grpo', step: null, others: 0 },
    ]);
  });
  test('ends where a lineage goes in a circle', () => {
    const a = aRun('a', 'sft', ['b', 1]);
    const b = aRun('b', 'sft', ['a', 1]);
    expect(stageChain(a, [a, b]).stages.map((s) => s.run)).toEqual(['b', 'a']);
  });
});

test('the base is a preset or a model, whatever a run says of itself', () => {
  expect(baseOf({ policy: { preset: 'tiny-2l' } })).toBe('tiny-2l');
  expect(baseOf({ policy: { model: 'org/base' } })).toBe('org/base');
  for (const odd of [{}, { policy: null }, { policy: 'x' }, { policy: { from: 'y' } }, { policy: { preset: 3 } }])
    expect(baseOf(odd)).toBeNull();
});
