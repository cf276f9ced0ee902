import { describe, expect, test } from 'vitest';
import {
  curveRange,
  headline,
  originText,
  runDescription,
  runLabel,
  runLine,
  spokenDescription,
  stateText,
} from '../../../src/words/runText.js';
import { sparkline } from '../../../src/words/sparklineText.js';
import { bytes } from '../../../src/words/bytes.js';
import { timeLeft } from '../../../src/words/timeLeft.js';
import { stepDescription } from '../../../src/words/stepText.js';
import { aSummary } from '../../builders/aSummary.js';
import { boundsOf } from '../../../src/protocol/metrics.js';

describe('a run in a few words', () => {
  test('a running run shows its step, its reward with a curve, and the time left', () => {
    expect(runDescription(aSummary())).toBe('42/100 · reward 0.712 ▁▃▅█ · 2 min left');
    expect(runLine(aSummary())).toBe('run 3: 42/100 reward 0.712 ▁▃▅█');
  });

  test('the curve is said with its range, of all values and not of the means that are drawn; aloud instead of its blocks', () => {
    const peak = aSummary({ spark: { metric: 'reward/mean', values: [0.2, 0.4], extent: { low: 0.1, high: 0.9 } } });
    expect(curveRange(peak)).toBe('reward 0.100 to 0.900');
    expect(spokenDescription(peak)).toBe('42/100 · reward 0.712 (curve: reward 0.100 to 0.900) · 2 min left');
    expect(curveRange(aSummary({ spark: { metric: 'accuracy/held_out', values: [1, 1], extent: { low: 1, high: 1 } } }))).toBe(
      'held-out constant 1',
    );
  });

  test('where there is no curve there is no range', () => {
    const once = aSummary({ spark: { metric: 'loss', values: [3], extent: { low: 3, high: 3 } } });
    expect([curveRange(once), spokenDescription(once)]).toEqual(['', '42/100 · reward 0.712 · 2 min left']);
    expect(curveRange(aSummary({ spark: { metric: 'loss', values: [], extent: null } }))).toBe('');
  });

  test('a finished run is judged by what it can do', () => {
    expect(runDescription(aSummary({ state: 'finished', step: 100 }))).toBe('100/100 · held-out 0.500');
  });

  test('a run that ended badly says why, in one line', () => {
    const dead = aSummary({ state: 'died', step: 17, message: 'killed (signal 9)\nsecond line' });
    expect(runDescription(dead)).toBe('ended at step 17: killed (signal 9)');
  });

  test('a run that nothing is heard of is quiet for so long, not running and not dead', () => {
    const quiet = aSummary({ state: 'running', quietSince: '2026-01-01T00:00:00.000Z' });
    expect(stateText(quiet, Date.parse('2026-01-01T00:03:10.000Z'))).toBe('quiet for 3 min');
    expect(stateText(aSummary(), Date.parse('2026-01-01T00:03:10.000Z'))).toBe('running');
    expect(runDescription(quiet)).toMatch(/^42\/100 · quiet for .+ · reward 0\.712/);
    expect(runLine(quiet)).toMatch(/^run 3: 42\/100 quiet for /);
    // A clock that is behind the writer's makes no negative time.
    expect(stateText(quiet, Date.parse('2025-12-31T23:59:00.000Z'))).toMatch(/^quiet for (0|less)/);
  });

  test('a run with a name of its own is called by it', () => {
    expect(runLabel(aSummary())).toBe('run 3');
    expect(runLabel(aSummary({ name: 'the good one' }))).toBe('the good one');
  });

  test('a run of benchmarks is called what it is', () => {
    const evaluation = { experiment: 'arith-grpo-eval', name: 'arith-grpo-eval-2', number: 2, method: 'evaluate' };
    expect(runLabel(aSummary(evaluation))).toBe('evaluation 2');
    expect(runLabel(aSummary({ ...evaluation, name: 'the last word' }))).toBe('the last word');
  });

  test('its line says which checkpoints its weights come from, or are tested', () => {
    const stages = [
      { name: 'arith-pretrain-1', step: 400 },
      { name: 'arith-sft-1', step: 150 },
    ];
    expect(originText(aSummary(), stages)).toBe('from arith-pretrain-1@400 → arith-sft-1@150');
    expect(originText(aSummary({ method: 'evaluate' }), stages.slice(1))).toBe('evaluates arith-sft-1@150');
    expect(originText(aSummary(), [])).toBe('');
  });

  test('without rewards the loss speaks; without anything there is silence', () => {
    expect(headline(aSummary({ latest: { loss: 1.25 } }))).toBe('loss 1.25');
    expect(headline(aSummary({ latest: {} }))).toBe('');
  });

  test('a step says its reward and what its groups were like', () => {
    const none = { groups: 0, unknown: 0 };
    const failures = {
      errors: none,
      'tool-failures': none,
      truncated: { groups: 0, unknown: 16 },
      'wrong-paid': { groups: 3, unknown: 0 },
    };
    const step = {
      failures,
      step: 3,
      rewardMean: 0.714,
      rewardStd: 0.3,
      countedMean: 0.715,
      kl: 0.0123,
      groups: 16,
      mixed: 9,
      allRight: 5,
      allWrong: 2,
      solutions: 256,
    };
    expect(stepDescription(step)).toBe('0.714 ± 0.300 · 9 mixed, 5 all right, 2 all wrong');
    // Rows of an evaluation beside the reward of training.
    expect(stepDescription({ ...step, countedMean: 0.4 })).toBe(
      '0.400 in its groups (trainer: 0.714 ± 0.300) · 9 mixed, 5 all right, 2 all wrong',
    );
    const failing = { ...failures, errors: { groups: 3, unknown: 0 }, truncated: { groups: 1, unknown: 2 } };
    expect(stepDescription({ ...step, failures: failing })).toBe(
      '0.714 ± 0.300 · 9 mixed, 5 all right, 2 all wrong · 3 with errors, 1 truncated',
    );
    expect(stepDescription({ ...step, rewardMean: null, rewardStd: null, kl: null, mixed: 0, allRight: 0, allWrong: 0 })).toBe('');
  });
});

describe('a curve in block characters', () => {
  test('uses its own range', () => expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8])).toBe('▁▂▃▄▅▆▇█'));
  test('lies on the ground when nothing changes', () =>
    expect([sparkline([2, 2, 2]), sparkline([0, 0]), sparkline([-3, -3])]).toEqual(['▁▁▁', '▁▁', '▁▁']));
  test('a share stands where it is between 0 and 1: a reward of 1 that once missed did not fall to nothing', () => {
    expect(sparkline([1, 1, 0.8, 1], boundsOf('reward/mean'))).toBe('██▇█');
    expect(sparkline([1, 1, 1], boundsOf('accuracy/held_out'))).toBe('███');
  });
  test('a reward that leaves 0 to 1 has the range it needs', () => expect(sparkline([-2, 0, 2], boundsOf('reward/mean'))).toBe('▁▅█'));
  test('noise on a large value is as small as it is', () => expect(sparkline([1000, 1001, 1000, 1002])).toBe('▁▁▁▁'));
  test('says nothing of a single point, and skips what is no number', () => expect(sparkline([NaN, 1, Infinity])).toBe(''));
  test('averages what does not fit', () => expect(sparkline([0, 0, 1, 1], undefined, 2)).toBe('▁█'));
});

describe('sizes and times as people read them', () => {
  test.each([
    [512, '512 B'],
    [4_200_000, '4.2 MB'],
    [999_900, '1.0 MB'],
    [123_000_000, '123 MB'],
  ])('%s bytes are %s', (n, text) => expect(bytes(n)).toBe(text));

  test.each([
    [3, 'nearly done'],
    [45, '45 s left'],
    [59.7, '1 min left'],
    [3900, '1 h 5 min left'],
    [7200, '2 h left'],
    [86_400 * 3, '3 d left'],
    [Infinity, ''],
  ])('%s seconds to go: %s', (seconds, text) => expect(timeLeft(seconds)).toBe(text));
});
