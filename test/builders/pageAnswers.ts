/** What the host answers each page, with one text wherever something untrusted stands: a question, an answer, a name. */
import type { PhraseChange } from '../../src/core/thenNow/phraseChange.js';
import type { RunFacts } from '../../src/core/runFacts.js';
import type { PlannedExperiment } from '../../src/contracts/planner.js';
import type { PreflightView } from '../../src/contracts/preflight.js';
import type { GroupsView } from '../../src/contracts/groups.js';
import { encodeUtf8, type Encoded } from '../../src/core/utf8.js';
import type {
  BenchmarkPage,
  FoundSolution,
  ThenNowTexts,
  GroupAnswer,
  GroupDetail,
  NearDuplicates,
  OtherGrade,
  OtherVerdicts,
  SolutionAnswer,
  SolutionDetail,
  Trace,
  WorstTokens,
} from '../../src/store/views.js';
import type { DisagreementsView } from '../../src/contracts/disagreements.js';
import type { DoctorView } from '../../src/contracts/doctor.js';
import type { Finding } from '../../src/doctor/doctor.js';
import type { MarkAnswer } from '../../src/contracts/everyPage.js';
import type { FindView, Found, FoundFacets } from '../../src/contracts/find.js';
import type { ImportView } from '../../src/contracts/import.js';
import type { ComparedGroup, MethodUsage } from '../../src/contracts/methods.js';
import type { PlayedSolution, PlaygroundView } from '../../src/contracts/playground.js';
import type { ModesView, QuestionsView, QuestionView } from '../../src/contracts/question.js';
import type { RewardModelView } from '../../src/contracts/rewardModel.js';
import type { ThenNowView } from '../../src/contracts/thenNow.js';
import type { TimelineView } from '../../src/contracts/timeline.js';

const address = { run: 'r', step: 1, group: 0 };

export function solutionOf(text: string): SolutionDetail {
  return {
    ...{
      index: 0,
      reward: 1,
      rewards: { [text.slice(0, 60)]: 1 },
      advantage: 1,
      correct: false,
      answer: text.slice(0, 200),
      finish: 'stop',
    },
    ...{
      tokens: 2,
      kl: 0,
      hasTrace: true,
      turnCounts: { turns: 2, calls: 1, failed: 1 },
      error: text.slice(0, 200),
      run: 'r',
      runName: text.slice(0, 60),
      step: 1,
      group: 0,
      groupSize: 2,
      question: text,
      gold: text.slice(0, 100),
    },
    ...{ method: 'grpo', split: null, questionPreview: { text: text.slice(0, 200), skipped: 9 }, otherVerdict: 1, bestOther: 1 },
    ...{ questionTurns: null, turns: null, seconds: 1, policyVersion: 1, parent: { solution: 1, offset: 0 } },
    ...{ text, weights: {}, logpTemperatures: { trainer: 1, sampler: null }, sameQuestion: [{ step: 1, group: 0, split: null }] },
    siblings: [{ index: 1, reward: 1, advantage: 1, correct: true }],
    grade: {
      verdict: 'different',
      answer: text.slice(0, 100),
      span: [0, 5],
      extraction: text.slice(0, 80),
      rule: text.slice(0, 80),
      checker: text.slice(0, 80),
      normal: { answer: text.slice(0, 100), gold: text.slice(0, 100) },
      reason: text.slice(0, 200),
      ms: 1,
    },
  };
}

function groupOf(text: string): GroupDetail {
  const { index, reward, rewards, advantage, correct, answer, finish, tokens, kl, hasTrace, turnCounts, error } = solutionOf(text);
  const solution = {
    index,
    reward,
    rewards,
    advantage,
    correct,
    answer,
    finish,
    tokens,
    kl,
    hasTrace,
    turnCounts,
    error,
    preview: text.slice(0, 400),
  };
  return {
    ...{
      address,
      group: 0,
      questionId: 'q',
      split: null,
      questionPreview: { text: text.slice(0, 200), skipped: 9 },
      gold: text.slice(0, 100),
      size: 1,
      correct: 0,
      rewardMean: 1,
      rewardStd: 0,
      advantages: [1],
      lengthMean: 2,
    },
    ...{
      failures: { errors: 1, 'tool-failures': 1, truncated: null, 'wrong-paid': 1 },
      klMean: 0,
      zeroStd: true,
      run: 'r',
      runName: 'r',
      method: 'grpo',
      stepRewards: false,
      step: 1,
      question: text,
      questionTurns: null,
      info: {},
      solutions: [solution],
    },
    ...{ logpTemperatures: { trainer: 1, sampler: null }, rewardOf: [1], advantageOf: [1], distinctAnswers: 1 },
    ...{ answers: [{ answer, count: 1, correct: false }], sameQuestion: [], groupsInStep: 1, previousStep: null, nextStep: null },
  };
}

const otherGradesOf = (text: string): OtherGrade[] => [
  { name: 'other-1', solution: 0, grade: { ...solutionOf(text).grade!, verdict: 'equal' } },
];

const otherVerdictsOf = (text: string): OtherVerdicts[] => [
  { name: 'other-1', checker: text.slice(0, 80), solutions: 1, otherwise: 1, first: [0] },
];

function disagreementsOf(text: string): DisagreementsView {
  const brief = text.slice(0, 200);
  const counts = {
    solutions: 1,
    superseded: 0,
    unjudged: 0,
    agreeing: 0,
    rightToWrong: 0,
    wrongToRight: 1,
    undecided: 0,
    paidCompared: 0,
    rightUnpaid: 0,
    wrongPaid: 0,
  };
  const summary = {
    ...{ ...counts, name: 'other-1', checker: brief, original: brief, time: brief },
    ...{ rightBefore: 0, rightNow: 1, undecidedNow: 0, goldUnreadable: 0, share: 0, kappa: 0 },
  };
  const solution = {
    solution: 0,
    was: 'different',
    reward: 0,
    verdict: 'equal',
    answer: brief,
    answerNow: brief,
    rule: brief,
    reason: brief,
  } as const;
  const group = { address, questionPreview: { text: brief, skipped: 9 }, gold: brief, size: 1, differing: 2, solutions: [solution] };
  return { summary, rows: [group], total: 1, run: 'r', runName: brief, direction: 'all', checkers: [summary, { ...summary, name: 'b' }] };
}

function playgroundOf(text: string): PlaygroundView {
  const brief = text.slice(0, 200);
  const source = { endpoint: brief };
  const solution: PlayedSolution = {
    ...{ state: 'finished', text, tokens: 2, logp: 0, entropy: 0, finish: 'stop', answer: brief, verdict: 'different', rule: brief },
    ...{ like: 0, reward: 0, terms: { [brief]: 0, b: 1 } },
  };
  const sampleRequest = { source, question: brief, gold: brief, size: 2, temperature: 1, maxTokens: 9, seed: 1 };
  return {
    trusted: true,
    runs: [{ run: 'r', name: brief, steps: [1], temperature: 1, maxTokens: 9 }],
    endpoints: [{ name: brief, model: brief }],
    about: { question: { question: text.slice(0, 1000), gold: brief }, source, address, label: brief },
    group: {
      ...{
        id: 1,
        request: { ...sampleRequest, question: text.slice(0, 50_000) },
        state: 'failed',
        problem: brief,
        wantsKey: true,
        notes: [brief],
      },
      solutions: [solution, { ...solution, like: 1, state: 'grading' }],
    },
  };
}

function benchmarksOf(text: string): BenchmarkPage {
  const brief = text.slice(0, 200);
  const run = {
    id: 'r',
    name: brief,
    number: 1,
    experiment: brief,
    method: brief,
    created: brief,
    lineage: [],
    model: brief,
    trainedOn: [brief],
  };
  const facts = { n: 9, checker: brief, low: null, high: null, samples: null, shots: null, temperature: null };
  const result = { run: 'r', suite: brief, mode: brief, value: 0.5, ...facts };
  const results = [1, 2].map((step) => ({ ...result, step, of: { run: 'r', step } }));
  return { results, runs: [{ ...run, stage: null }], next: null };
}

function rewardModelOf(text: string): RewardModelView {
  const brief = text.slice(0, 200);
  const opinion = {
    address: { ...address, solution: 0 },
    probability: 0.9,
    questionPreview: { text: brief, skipped: 9 },
    gold: brief,
    answer: brief,
    preview: text.slice(0, 400),
    alike: 2,
  };
  const list = { total: 1, listed: [opinion], left: 0 };
  const bin = { low: 0.9, high: 1, n: 2, mean: 0.9, right: 0.5 };
  return {
    ...{ run: 'r', runName: brief, trained: true, from: { run: 'r', step: 1, name: brief }, curve: 'reward_model/loss' },
    opinions: {
      ...{ term: brief, otherTerms: [text.slice(1, 200)], from: 1, upTo: 60, steps: 60, firstStep: 1, lastStep: 60 },
      ...{ n: 2, right: 1, agreeing: 1, wrongLiked: 1, rightDisliked: 0, pairs: 1, pairsInOrder: 0 },
      reliability: { bins: [bin], error: 0.4 },
      examples: { wrong: list, right: list },
    },
  };
}

const usageOf = (text: string): MethodUsage[] => [
  { method: text.slice(0, 60), runs: 1, newest: { run: 'r', name: text.slice(0, 60) }, best: null },
];
/** As it travels. */
export const solutionAnswer = (s: SolutionDetail): SolutionAnswer => ({ ...s, question: encodeUtf8(s.question), text: encodeUtf8(s.text) });

function groupAnswerOf(text: string): GroupAnswer {
  const group = groupOf(text);
  return { ...group, question: encodeUtf8(group.question) };
}

const comparedOf = (text: string): ComparedGroup => ({ group: groupAnswerOf(text), method: text.slice(0, 60), settings: { beta: text } });

const traceOf = (text: string): Trace => ({ ends: [Math.floor(text.length / 2), text.length], entropy: [0.1, 1] });

function groupsOf(text: string): GroupsView {
  const group = groupOf(text);
  const failing = { groups: 1, unknown: 0 };
  const failures = { errors: failing, 'tool-failures': failing, truncated: { groups: 0, unknown: 2 }, 'wrong-paid': failing };
  const step = {
    step: 1,
    rewardMean: 1,
    rewardStd: 0,
    countedMean: 1,
    kl: 0,
    groups: 2,
    mixed: 1,
    allRight: 0,
    allWrong: 1,
    solutions: 2,
    failures,
  };
  const groups = [group, { ...group, group: 1, split: 'evaluation' as const }];
  return {
    suite: null,
    run: 'r',
    logpTemperatures: { trainer: 1, sampler: 1 },
    runName: text.slice(0, 60),
    step,
    only: [],
    groups,
    next: null,
    previousStep: 0,
    nextStep: 2,
    lastStep: 2,
  };
}

const plannedOf = (text: string): PlannedExperiment => ({
  ...{ name: text.slice(0, 60), method: 'grpo', preset: null, embedded: false, reference: true, rewardModel: false },
  ...{ sequences: 64, batch: 64, maxTokens: 100 },
});

/** File names, columns and cells are as foreign as what a model writes. */
function importOf(text: string): ImportView {
  const brief = text.slice(0, 200);
  const format = {
    id: 'generic',
    title: brief,
    why: brief,
    takesGroupSize: true,
    runs: ['1', '2'].map((id) => runOf(id, brief)),
    unlisted: brief,
  };
  const fields = ['output', brief, `${brief} 2`];
  return {
    ...{ name: brief, path: `/${brief}`, trusted: true, folders: ['/a', brief], problem: null },
    source: {
      ...{ nothing: null, chosen: 'generic', formats: [format, { ...format, id: 'other', why: null }] },
      table: { file: brief, fields, rows: [[brief, brief, null]] },
      guess: { solution: 'output', question: brief },
      earlier: [{ id: 'r', name: brief, run: '1' }],
    },
    work: { state: 'failed', message: brief },
  };
}

const runOf = (id: string, text: string): RunFacts => ({
  ...{ id, name: text, files: 2, bytes: 100, started: null, written: 0, seed: 7, steps: { first: 1, last: 3 }, totalSteps: 4 },
  ...{ solutions: 12, value: { name: text, value: 0.5 }, settings: { [text]: text }, whole: true, problem: id === '2' ? text : null },
});

/** A server samples, then a trainer trains: lanes, names and devices are as foreign as what a model writes. */
function timelineOf(text: string): TimelineView {
  const brief = text.slice(0, 200);
  const names = [brief, 'training'];
  const none = { before: null, after: null };
  return {
    ...{ run: 'r', runName: brief, isLive: false, hasGroups: true },
    timeline: {
      ...{ lanes: [brief, 'trainer'], moreLanes: 0, names, otherNames: 0, first: 0, last: 10_000, from: 0, to: 10_000 },
      blocks: [
        { lane: 0, name: 0, step: 1, start: 0, end: 4000, count: 1, busy: 4000 },
        { lane: 1, name: 1, step: 1, start: 4000, end: 5000, count: 1, busy: 1000 },
        { lane: 0, name: 0, step: 2, start: 6000, end: 9000, count: 1, busy: 3000 },
        { lane: 1, name: 1, step: 2, start: 9000, end: 10_000, count: 1, busy: 1000 },
      ],
      ...{ around: [none, none], spans: 4, within: 4, shortest: 0, misplaced: 0 },
    },
    telemetry: {
      series: [{ device: brief, name: 'memory bytes', count: 2, time: [0, 5000], low: [1024, 2048], high: [1024, 2048] }],
      ...{ moreSeries: 0, first: 0, last: 5000, stride: 0 },
    },
    shares: {
      ...{ source: 'spans', names, otherNames: 0, stride: 1, moreLanes: 0, overlapping: 0 },
      steps: [
        { from: 1, to: 1, busy: [4, 1], waiting: 1 },
        { from: 2, to: 2, busy: [3, 1], waiting: 3 },
      ],
      total: { busy: [7, 2], waiting: 4 },
      lanes: [
        { lane: brief, spans: 2, busy: [7, 0], waiting: [0, 1], alone: 1 },
        { lane: 'trainer', spans: 2, busy: [0, 2], waiting: [3, 0], alone: 1 },
      ],
    },
  };
}

function questionsOf(text: string): QuestionsView {
  const brief = text.slice(0, 200);
  const row = (kind: 'learned' | 'flips', since: number | null) => ({
    ...{ questionId: kind, question: brief, gold: brief, askings: 2, shares: [0, 1], from: 1, to: 2, group: 0 },
    ...{ kind, since, turns: 1, first: 0, last: 1 },
  });
  return {
    ...{ run: 'r', runName: text.slice(0, 60), total: 2, chosen: 2, rows: [row('learned', 2), row('flips', null)] },
    kinds: [
      ['learned', 1],
      ['flips', 1],
    ],
  };
}

function questionOf(text: string): Encoded<QuestionView, 'question'> {
  const asking = (step: number, correct: number) => ({
    ...{ step, group: 0, size: 2, correct, rewardMean: correct / 2, rewardStd: 0.5, lengthMean: 2, klMean: 0.1, distinctAnswers: 1 },
    answers: [
      { answer: text.slice(0, 200), count: 1, correct: true },
      { answer: null, count: 1, correct: false },
    ],
  });
  return {
    ...{ run: 'r', runName: text.slice(0, 60), questionId: 'q', question: encodeUtf8(text), questionTurns: null, gold: text.slice(0, 200) },
    course: { kind: 'learned', since: 2, turns: 1, first: 0, last: 1 },
    ...{ total: 2, askings: [asking(1, 0), asking(2, 2)], at: 1 },
  };
}

function thenNowOf(text: string): ThenNowView {
  const brief = text.slice(0, 200);
  const facts = (from: number, right: number) => ({
    ...{ range: { run: 'r', from, to: from + 9 }, steps: 10, groups: 10, solutions: 80, evaluationGroups: 1, judged: 80, right },
    ...{ reward: right / 80, advantageGroups: 10, terms: { advantageSum: 10, signals: [10], weights: {} } },
  });
  const turned = {
    ...{ questionId: 'q', question: brief, gold: brief, change: { mean: 0.75, low: 0.5, high: 0.9 } },
    sums: [
      { groups: 1, judged: 8, right: 1 },
      { groups: 1, judged: 8, right: 7 },
    ],
    texts: [
      { run: 'r', step: 1, group: 0, solution: 0 },
      { run: 'r', step: 19, group: 0, solution: 0 },
    ],
  } as const;
  return {
    ...{ run: 'r', runName: text.slice(0, 60), other: null, runs: [{ id: 's', name: text.slice(0, 60) }] },
    found: {
      ...{ facts: [facts(1, 20), facts(11, 60)], terms: [text.slice(0, 60)], moreTerms: 0, toRight: [turned], toWrong: [] },
      extent: [
        { from: 1, to: 20 },
        { from: 1, to: 20 },
      ],
      counts: [
        ['wrong to right', 1],
        ['right to wrong', 0],
      ],
    },
  };
}

function thenNowTextsOf(text: string): ThenNowTexts {
  const share = (mean: number) => ({ mean, low: mean / 2, high: Math.min(1, mean * 2) });
  const phrase: PhraseChange = {
    ...{
      phrase: text.slice(0, 200),
      having: [4, 40],
      share: [share(0.05), share(0.5)],
      advantage: [null, 0.5],
      change: share(0.45),
      alike: 2,
    },
    slope: share(0.2),
  };
  const length = { solutions: 80, mean: 40, low: 30, median: 40, high: 50, right: 41, wrong: 39 };
  const read = { groups: 10, solutions: 80 };
  return {
    ...{
      read: [read, read],
      all: [read, read],
      most: 1000,
      timeUp: false,
      cut: 0,
      longestText: 32_768,
      ofTurns: 0,
      known: [80, 80],
      lost: 0,
    },
    phrases: { change: { rows: [phrase], others: 3 }, advantage: { rows: [phrase], others: 0 } },
    lengths: {
      ...{ summary: [length, length], unknown: [0, 0] },
      bands: [{ from: 20, to: null, solutions: [80, 80], share: [1, 1], advantage: [0, 0.1] }],
    },
  };
}

const marksOf = (text: string): MarkAnswer => ({
  marks: [
    { address: { ...address }, label: text.slice(0, 100), note: null, author: text.slice(0, 80), time: '2026-11-24T09:00:00Z' },
    { address: { ...address }, label: null, note: text, author: text.slice(0, 80), time: '2026-11-24T09:00:00Z' },
  ],
  author: { name: text.slice(0, 80), from: 'the account' },
});
const foundNumbers = { matched: 2, unknown: 1, seen: 9, solutions: 9, all: 9, left: 0, end: 'all' as const };

/** Two rows of which the text is what a model wrote. */
function foundOf(text: string): Found {
  const brief = text.slice(0, 200);
  const row = (solution: number): FoundSolution => ({
    ...{ address: { ...address, solution }, runName: brief, reward: 1, advantage: -0.5, correct: false, answer: brief, finish: 'length' },
    ...{ tokens: 2, kl: null, questionPreview: { text: brief, skipped: 9 }, excerpt: { text: text.slice(0, 240), start: 0 } },
    ...{ places: [[0, 5]], sortValue: null },
  });
  return { ...foundNumbers, rows: [row(0), row(1)] };
}

const facetsOf = (text: string): FoundFacets => ({
  ...foundNumbers,
  counts: {
    answer: [[text.slice(0, 99), 2]],
    finish: [['length', 2]],
    run: [
      ['r', 1],
      [text.slice(0, 60), 1],
    ],
    reward: [['1', 2]],
  },
  stepWidth: 1,
});

function findingOf(text: string, id: string, more: Partial<Finding> = {}): Finding {
  return {
    ...{ id, name: `Finding ${id}`, onset: 12, until: null, serious: true, consequences: [] },
    evidence: text,
    cost: { share: 0.5, text: `50% of ${text.slice(0, 200)}` },
    advice: text.slice(0, 200),
    doors: [{ step: 12 }, { step: 12, group: 2 }, { step: 13, group: 0, solution: 1, token: 7 }],
    seen: { filter: 'step >= 12 and truncated', order: 'tokens', series: ['truncated', 'kl'], timeline: true },
    ...more,
  };
}

const doctorOf = (text: string): DoctorView => ({
  ...{ run: 'r', runName: text.slice(0, 60), isLive: true, step: 60, seconds: 0.1 },
  examined: {
    run: 'r',
    findings: [
      findingOf(text, 'a', { consequences: [findingOf(text, 'c')] }),
      findingOf(text, 'b', { serious: false, until: 40, doors: [], seen: {} }),
    ],
    unjudged: [
      { id: 'd', name: 'Check d', because: text, record: '`kl` of each step' },
      { id: 'e', name: 'Check e', because: text, record: null },
    ],
    healthy: [{ id: 'f', name: 'Check f', evidence: text, doors: [{ step: 3 }] }],
    ...{ steps: 50, upTo: 50, metrics: { truncated: text.slice(0, 60) }, evaluationGroups: 4, textSteps: 8, groupSteps: 50 },
  },
});

const worstTokensOf = (text: string): WorstTokens => ({
  by: 'kl',
  plan: { runName: text.slice(0, 60), solutions: 9, traces: 4, withKl: 3, logpTemperatures: { trainer: 0.7, sampler: 0.7 } },
  rows: [0, 1, 2].map((token) => ({
    ...{ step: 2, group: 0, solution: 1, token, of: 40, value: 3 - token, badness: 3 - token, id: 17 },
    text: token === 2 ? null : { before: text.slice(0, 40), token: text.slice(0, 80), after: text.slice(0, 40), cut: token === 0 },
  })),
  ...{ read: 2, lacking: 1, unreadable: 1, tokens: 80, masked: 3, unknown: 2, end: 'time' },
});

const preflightViewOf = (text: string): PreflightView => ({
  ...{ trusted: true, experiment: 'e', why: '', start: { because: text, record: text }, running: { done: 3, total: 8 }, stale: true },
  settings: preflightSettings,
  endpoints: [{ name: text.slice(0, 60), model: text.slice(0, 60) }],
  problem: { message: text, wantsKey: text.slice(0, 60) },
  found: {
    settings: preflightSettings,
    policy: { label: text.slice(0, 60) },
    checks: [
      { id: 'junk', name: 'Check j', state: 'sick', evidence: text, advice: text, questions: [0, 1] },
      { id: 'signal', name: 'Check s', state: 'unjudged', because: text, record: text },
      { id: 'gold', name: 'Check g', state: 'healthy', evidence: text },
    ],
    signal: [
      { size: 4, signal: { mean: 0.4, low: 0.2, high: 0.6 }, allWrong: { mean: 0.5, low: 0.3, high: 0.7 }, allRight: 0.1, by: 'counted' },
      { size: 8, signal: { mean: 0.6, low: 0.3, high: 0.8 }, allWrong: { mean: 0.3, low: 0.1, high: 0.6 }, allRight: 0.1, by: 'model' },
      { size: 16, signal: null, allWrong: null, allRight: null, by: 'model' },
    ],
    right: { mean: 0.3, low: 0.1, high: 0.5 },
    junk: [
      { kind: 'format', name: 'a format', replies: 10, paid: 2, example: junkOf(text) },
      { kind: 'empty', name: 'an empty reply', replies: 2, paid: 0, example: null },
    ],
    golds: { checked: 9, unreadable: [{ question: text, gold: text, why: text.slice(0, 200) }] },
    rows: [
      { question: text.slice(0, 300), gold: text.slice(0, 60), solutions: 4, right: 1, truncated: 2, least: 0, most: 1, paid: 2 },
      { question: text.slice(0, 300), gold: '', solutions: 0, right: 0, truncated: 0, least: null, most: null, paid: 0 },
    ],
    ...{ solutions: 4, notes: [text], seconds: 1 },
  },
});

const preflightSettings: PreflightView['settings'] & object = {
  ...{ experiment: 'e', method: 'GRPO', size: 8, compares: true, temperature: 1, cap: 80, seed: 1 },
  ...{ terms: ['correct'], unknownTerms: [], ownReward: false },
};

const junkOf = (text: string) => ({ question: 0, kind: 'format', text, reward: 0.2, terms: { [text.slice(0, 40)]: 1 } }) as const;

const preflightQuestionOf = (text: string) => ({
  question: {
    question: text,
    gold: text,
    solutions: [
      { text, tokens: null, finish: 'length', verdict: 'undecided', answer: text, reward: 0.2, terms: { [text.slice(0, 40)]: 1, b: 0 } },
    ],
  },
  junk: [junkOf(text)],
});

const nearDuplicatesOf = (text: string): NearDuplicates => ({
  ...{ solutions: 9, compared: 8, near: 4, clusters: 2 },
  rows: [
    {
      size: 4,
      loosest: 0.84,
      equal: 1,
      judged: 4,
      right: 3,
      advantage: 0.5,
      preview: text.slice(0, 400),
      members: [2, 3, 5, 6].map((solution) => ({ step: 2, group: 0, solution })),
    },
    { size: 2, loosest: 1, equal: 1, judged: 0, right: 0, advantage: null, preview: '', members: [{ step: 2, group: 0, solution: 0 }] },
  ],
});

const modesOf = (): ModesView => ({
  ...{ stride: 1, read: 3, all: 4 },
  steps: [1, 2, 3].map((step) => ({
    ...{
      from: step,
      to: step,
      groups: 2,
      solutions: 16,
      answered: step === 2 ? 0 : 16,
      distinct: 8 - step,
      answeredGroups: step === 2 ? 0 : 2,
    },
    ...{ entropy: 3 / step, entropyGroups: step === 2 ? 0 : 2, repeated: step, near: 3 * step },
  })),
});

const findOf = (text: string): FindView => {
  const name = text.slice(0, 60);
  return { run: null, runs: [{ id: 'r', name }], rewards: [name], info: [name], labels: [name] };
};

export const addresses = {
  groups: { run: 'r', step: 1 },
  group: address,
  solution: { ...address, solution: 0 },
  disagreements: { run: 'r', grades: 'other-1' },
  timeline: { run: 'r', timeline: true },
  doctor: { run: 'r', doctor: true },
  question: { run: 'r', questions: true, step: 2, group: 0 },
  tokens: { run: 'r', tokens: true },
  'then-now': { run: 'r', thenNow: {} },
  benchmarks: { page: 'benchmarks' },
  import: { page: 'import', source: '/data' },
  methods: { page: 'methods' },
  planner: { page: 'planner', about: { experiment: 'e' } },
  playground: { page: 'playground' },
  preflight: { page: 'preflight', about: { experiment: 'e' } },
  'reward-model': { page: 'reward-model', about: { run: 'r' } },
  find: { page: 'find', search: { filter: '"so"', grouping: 'question' } },
} as const;
export type AnsweredPage = keyof typeof addresses;

/** By the name of the request. */
export const answersOf = (kind: AnsweredPage, text: string): Record<string, unknown> => ({
  'page/start': { address: addresses[kind], keys: {} },
  'groups/open': groupsOf(text),
  'planner/experiment': plannedOf(text),
  'group/open': groupAnswerOf(text),
  'solution/open': solutionAnswer(solutionOf(text)),
  'solution/trace': traceOf(text),
  'group/verdicts': otherVerdictsOf(text),
  'solution/grades': otherGradesOf(text),
  'page/marks': marksOf(text),
  'page/labels': [{ label: text.slice(0, 100), places: 1 }],
  'disagreements/open': disagreementsOf(text),
  'timeline/open': timelineOf(text),
  'doctor/open': doctorOf(text),
  'question/list': questionsOf(text),
  'question/open': questionOf(text),
  'question/modes': modesOf(),
  'page/nearDuplicates': nearDuplicatesOf(text),
  'tokens/open': worstTokensOf(text),
  'then-now/open': thenNowOf(text),
  'then-now/read': thenNowTextsOf(text),
  'group/more': { rows: groupOf(text).solutions, next: null },
  'benchmarks/results': benchmarksOf(text),
  'import/look': importOf(text),
  'methods/usage': usageOf(text),
  'methods/group': comparedOf(text),
  'playground/open': playgroundOf(text),
  'preflight/open': preflightViewOf(text),
  'preflight/question': preflightQuestionOf(text),
  'reward-model/open': rewardModelOf(text),
  'find/open': findOf(text),
  'find/search': foundOf(text),
  'find/facets': facetsOf(text),
  'page/isBookmarked': false,
});
