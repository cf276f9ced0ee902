import { describe, expect, test } from 'vitest';
import { PlaygroundSession, type SamplingOrigin } from '../../../src/editor/playground/playgroundSession.js';
import type { Sampler } from '../../../src/sampling/sampler.js';
import { SamplingError } from '../../../src/sampling/samplingError.js';
import type { SamplingProcess } from '../../../src/sampling/samplingProcess.js';
import type { AnswerOf } from '../../../src/sampling/wire.js';
import type { SampleRequest } from '../../../src/contracts/playground.js';

const request: SampleRequest = {
  source: { endpoint: 'local' },
  ...{ question: '3 + 4', gold: '7', size: 3, temperature: 1, maxTokens: 20, seed: 1 },
};
const terms: SamplingOrigin['terms'] = [{ term: 'correct', weight: 1 }];

/** Judges by the text itself; 7 and 14/2 are the same. */
const judge: SamplingProcess['judge'] = ({ text, gold, others }) => {
  const value = (answer: string): number => (answer === '14/2' ? 7 : Number(answer));
  const like = others.findIndex((o) => value(o) === value(text));
  const verdict = value(text) === 7 ? 'equal' : 'different';
  return Promise.resolve({
    ...{ kind: 'judged', id: 1, like: like < 0 ? null : like },
    grade: { verdict, answer: text, span: null, extraction: null, rule: 'numbers', checker: 'test' },
    reward: gold === null ? null : { terms: { correct: verdict === 'equal' ? 1 : 0 }, total: verdict === 'equal' ? 1 : 0 },
  } satisfies AnswerOf<'judged'>);
};

const whole = (text: string) => ({ text, tokens: 2, logp: [-0.2, -0.4], ends: null, entropy: null, finish: 'stop' as const, model: null });

function playing(judging = judge) {
  const notifications: { method: string; params: { group: number; state?: string } }[] = [];
  const session = new PlaygroundSession(judging, (type, params) =>
    notifications.push({ method: type.method, params: params as { group: number } }),
  );
  const ended = () =>
    expect.poll(() => notifications.some((t) => t.method === 'playground/ended' && t.params.group === session.group?.id)).toBe(true);
  return { session, notifications, ended };
}

describe('a group of the playground', () => {
  test('is streamed, graded one by one, and counts equal answers as one', async () => {
    const { session, notifications, ended } = playing();
    const sampler: Sampler = async (_request, listener) => {
      for (const letter of '8 ') listener.text(0, letter);
      await new Promise((go) => setTimeout(go, 100));
      listener.solution(0, whole('8'));
      listener.solution(2, whole('7'));
      listener.solution(1, whole('14/2'));
      return ['a note'];
    };
    session.start(request, { sampler, terms });
    await ended();
    expect(notifications[0]).toEqual({ method: 'playground/written', params: { group: 1, parts: [{ index: 0, at: 0, more: '8 ' }] } });
    expect(session.group).toMatchObject({ state: 'done', notes: ['a note'], problem: null });
    expect(session.group?.solutions.map((s) => [s.state, s.reward, s.like])).toEqual([
      ['finished', 0, 0],
      ['finished', 1, 2],
      ['finished', 1, 2],
    ]);
    expect(session.group?.solutions[0].logp).toBeCloseTo(-0.3);
  });

  test('says what is to be known of the way there, whether it was come by or not', async () => {
    const notes = ['The proxy is not used.'];
    for (const [sampler, result] of [
      [() => Promise.resolve(['a note']), { state: 'done', notes: ['a note', 'The proxy is not used.'], problem: null }],
      [() => Promise.reject(new Error('Nobody answers.')), { state: 'failed', problem: 'Nobody answers. The proxy is not used.' }],
    ] as const) {
      const { session, ended } = playing();
      session.start(request, { sampler, terms, notes });
      await ended();
      expect(session.group).toMatchObject(result);
    }
  });

  test('without a gold answer has answers and no rewards', async () => {
    const { session, ended } = playing();
    const sampler: Sampler = (_request, listener) => {
      listener.solution(0, whole('8'));
      return Promise.resolve([]);
    };
    session.start({ ...request, gold: null, size: 1 }, { sampler, terms });
    await ended();
    expect(session.group?.solutions).toMatchObject([{ answer: '8', verdict: null, reward: null }]);
  });

  test('that fails says why and keeps what was finished', async () => {
    const { session, ended } = playing();
    const sampler: Sampler = (_request, listener) => {
      listener.solution(0, whole('7'));
      return Promise.reject(new Error('the server is gone'));
    };
    session.start(request, { sampler, terms });
    await ended();
    expect(session.group).toMatchObject({ state: 'failed', problem: 'the server is gone' });
    expect(session.group?.solutions.map((s) => s.state)).toEqual(['finished', 'writing', 'writing']);
  });

  test.each([
    ['unauthorised', true],
    ['unreachable', false],
    [null, false],
  ] as const)('that fails because its endpoint is %s is offered a key: %s', async (problem, wantsKey) => {
    const { session, ended } = playing();
    session.start(request, { sampler: () => Promise.reject(new SamplingError('no', problem)), terms });
    await ended();
    expect(session.group).toMatchObject({ state: 'failed', problem: 'no', wantsKey });
  });

  test('that cannot be graded is there to read', async () => {
    const { session, ended } = playing(() => Promise.reject(new Error('no checker')));
    const sampler: Sampler = (_request, listener) => {
      listener.solution(0, whole('7'));
      return Promise.resolve([]);
    };
    session.start({ ...request, size: 1 }, { sampler, terms });
    await ended();
    expect(session.group).toMatchObject({ state: 'done', solutions: [{ text: '7', rule: 'not graded: no checker', reward: null }] });
  });

  test('is stopped by a person, and by the next group', async () => {
    const { session, notifications, ended } = playing();
    const waiting: Sampler = (_request, _listener, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    session.start(request, { sampler: waiting, terms });
    session.stop();
    await ended();
    expect(session.group).toMatchObject({ state: 'stopped', problem: null });
    session.start(request, { sampler: waiting, terms });
    session.start(request, { sampler: () => Promise.resolve([]), terms });
    await ended();
    await expect
      .poll(() =>
        notifications
          .filter((t) => t.method === 'playground/ended')
          .map((t) => [t.params.group, t.params.state])
          .sort(),
      )
      .toEqual([
        [1, 'stopped'],
        [2, 'stopped'],
        [3, 'done'],
      ]);
  });
});
