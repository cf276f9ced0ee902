import { expect, test } from 'vitest';
import { PreflightSession, withoutTexts } from '../../../src/editor/preflight/preflightSession.js';
import { preflightOf } from '../../../src/doctor/preflight/preflightOf.js';
import type { Preflight, PreflightEvidence } from '../../../src/doctor/preflight/report.js';
import { SamplingError } from '../../../src/sampling/samplingError.js';

const solution = { text: 'so', tokens: 1, finish: 'length', answer: '7', terms: {} } as const;
const evidence: PreflightEvidence = {
  settings: {
    ...{ experiment: 'e', method: 'GRPO', size: 2, compares: true, temperature: 1, cap: 8, seed: 1 },
    ...{ terms: ['correct'], unknownTerms: [], ownReward: false },
  },
  policy: { label: 'p' },
  questions: [
    {
      question: 'What\nis it?',
      gold: '7',
      solutions: [
        { ...solution, verdict: 'equal', reward: 1 },
        { ...solution, verdict: 'different', reward: 0 },
      ],
    },
    { question: 'And?', gold: '8', solutions: [] },
  ],
  noQuestions: null,
  junk: [
    { question: 1, kind: 'yes', text: 'yes', reward: 0.5, terms: {} },
    { question: 1, kind: 'empty', text: '', reward: null, terms: {} },
  ],
  golds: { checked: 2, unreadable: [] },
  notes: [],
  seconds: 1,
};
const found: Preflight = preflightOf(evidence);
const e = { name: 'e', text: 'name: e' };

function aSession() {
  const sent: string[] = [];
  return { sent, session: new PreflightSession((type, params) => void sent.push(`${type.method} ${JSON.stringify(params)}`)) };
}

test('says how far it is, and that it has ended with what was found', async () => {
  const { sent, session } = aSession();
  session.start(e, null, ({ progress }) => {
    progress(0, 4);
    progress(4, 4);
    return Promise.resolve(found);
  });
  expect(session.running).toEqual({ done: 4, total: 4 });
  await expect.poll(() => session.running).toBeNull();
  expect(session.last).toEqual({ ...e, found });
  expect(sent).toEqual(['preflight/progress {"done":0,"total":4}', 'preflight/progress {"done":4,"total":4}', 'preflight/changed {}']);
});

test('one that fails keeps what was found before, and says which endpoint wants a key', async () => {
  const { session } = aSession();
  session.start(e, null, () => Promise.resolve(found));
  await expect.poll(() => session.last).not.toBeNull();
  session.start(e, 'local', () => Promise.reject(new SamplingError('It asks for an API key (401).', 'unauthorised')));
  await expect.poll(() => session.problem).toEqual({ message: 'It asks for an API key (401).', wantsKey: 'local' });
  expect(session.last?.found).toBe(found);
});

test('one that is stopped tells nothing more', async () => {
  const { sent, session } = aSession();
  let wanted = new AbortController().signal;
  const { promise: run, resolve: end } = Promise.withResolvers<Preflight>();
  session.start(e, null, ({ signal }) => ((wanted = signal), run));
  session.stop();
  expect(wanted.aborted).toBe(true);
  end(found);
  await run;
  expect([session.running, session.last, sent]).toEqual([null, null, []]);
});

test('what a page shows at once holds no texts of solutions', () => {
  const { rows, ...rest } = withoutTexts(found);
  expect(rows).toEqual([
    { question: 'What is it?', gold: '7', solutions: 2, right: 1, truncated: 2, least: 0, most: 1, paid: 0 },
    { question: 'And?', gold: '8', solutions: 0, right: 0, truncated: 0, least: null, most: null, paid: 1 },
  ]);
  expect(rest).not.toHaveProperty('questions');
  expect(rest).not.toHaveProperty('replies');
});
