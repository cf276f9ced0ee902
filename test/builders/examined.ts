/** Runs as the doctor reads them, made of numbers: healthy ones, and what a test changes in them. */
import { outcomeAdvantages } from '../../src/core/advantages.js';
import { mulberry32 } from '../../src/core/mulberry32.js';
import { mean } from '../../src/core/stats.js';
import { Doctor, type Diagnosis } from '../../src/doctor/doctor.js';
import type { ExaminedGroup, ExaminedRun, ExaminedSolution, ExaminedStep } from '../../src/doctor/evidence.js';
import type { SeriesName } from '../../src/doctor/namedSeries.js';
import type { EventBody, WireSolution } from '../../src/protocol/events.js';
import { toWire } from '../../src/protocol/arrays.js';
import type { Judgement } from '../../src/doctor/judgement.js';
import type { Rule } from '../../src/doctor/rule.js';
import { addGroup, noSums } from '../../src/doctor/stepSums.js';

export interface BuiltStep {
  step: ExaminedStep;
  groups: ExaminedGroup[];
}

export const anExaminedRun = (run: Partial<ExaminedRun> = {}): ExaminedRun => ({
  method: 'grpo',
  learns: 'rewards',
  stepRewards: false,
  own: true,
  normalisation: 'standardised',
  beta: 0.04,
  cap: 64,
  topP: 1,
  topK: null,
  weights: { correct: 1 },
  live: false,
  regrades: [],
  ...run,
});

export interface Shape {
  steps?: number;
  groups?: number;
  size?: number;
  seed?: number;
  /** Success of a question at a step. */
  success?: (step: number, group: number) => number;
}

/**
 * A run in which nothing is wrong: rewards of 0 and 1 by whether the sum is right, advantages from the group, entropy that falls
 * slowly, texts that name their question.
 */
export function aHealthyRun({
  steps = 60,
  groups = 6,
  size = 8,
  seed = 1,
  success = (s) => 0.3 + 0.3 * (s / 60),
}: Shape = {}): BuiltStep[] {
  const random = mulberry32(seed);
  return Array.from({ length: steps }, (_, i): BuiltStep => {
    const step = i + 1;
    const made = Array.from({ length: groups }, (_, group) => aGroup(random, step, group, size, success(step, group)));
    const all = made.flatMap((g) => g.solutions);
    return {
      step: {
        step,
        time: 1_000_000 + step * 2000,
        series: {
          reward: mean(all.map((s) => s.reward ?? 0)),
          entropy: 0.8 - 0.004 * Math.min(step, 60) + 0.02 * random(),
          kl: 0.0005 * step,
          gradient: 1 + 0.2 * random(),
          loss: 0.1 * random(),
          'clip-low': 0.01,
          'clip-high': 0.02,
          ...(step % 10 === 0 && { 'held-out': success(step, 0) }),
        },
        traces: [],
      },
      groups: made,
    };
  });
}

function aGroup(random: () => number, step: number, group: number, size: number, p: number): ExaminedGroup {
  const [a, b] = [10 + Math.floor(random() * 90), 10 + Math.floor(random() * 90)];
  const right = Array.from({ length: size }, () => random() < p);
  const advantages = outcomeAdvantages(right.map(Number));
  return {
    group,
    questionId: `${a}+${b}`,
    question: `What is ${a}+${b}?`,
    solutions: right.map((correct, i): ExaminedSolution => {
      const answer = String(correct ? a + b : a + b + 1 + Math.floor(random() * 5));
      return {
        reward: Number(correct),
        terms: { correct: Number(correct) },
        advantage: advantages[i],
        correct,
        verdict: correct ? 'equal' : 'different',
        answer,
        finish: 'stop',
        tokens: 20 + Math.floor(random() * 10),
        policyVersion: null,
        error: false,
        text: `${a}+${b}: step ${step}, way ${Math.floor(random() * 4)}. The answer is ${answer}.`,
      };
    }),
  };
}

/** Changes every solution from a step on. */
export const withSolutions = (
  run: readonly BuiltStep[],
  change: (solution: ExaminedSolution, place: { step: number; group: number; solution: number }) => Partial<ExaminedSolution>,
  from = 0,
): BuiltStep[] =>
  run.map(({ step, groups }) => ({
    step,
    groups:
      step.step < from
        ? groups
        : groups.map((g) => ({
            ...g,
            solutions: g.solutions.map((s, solution) => ({ ...s, ...change(s, { step: step.step, group: g.group, solution }) })),
          })),
  }));

/** Changes every group from a step on. */
export const withGroups = (
  run: readonly BuiltStep[],
  change: (group: ExaminedGroup, step: number) => ExaminedGroup,
  from = 0,
): BuiltStep[] => run.map(({ step, groups }) => ({ step, groups: step.step < from ? groups : groups.map((g) => change(g, step.step)) }));

/** Changes the curves from a step on. */
export const withSeries = (run: readonly BuiltStep[], change: (step: ExaminedStep) => ExaminedStep['series'], from = 0): BuiltStep[] =>
  run.map(({ step, groups }) => ({ step: step.step < from ? step : { ...step, series: { ...step.series, ...change(step) } }, groups }));

/** Without some of the curves, as a trainer leaves them that does not record them. */
export const withoutSeries = (run: readonly BuiltStep[], ...names: (keyof ExaminedStep['series'])[]): BuiltStep[] =>
  run.map(({ step, groups }) => ({
    step: { ...step, series: Object.fromEntries(Object.entries(step.series).filter(([name]) => !names.includes(name as never))) },
    groups,
  }));

/** What one rule says of a run. */
export function judge(rule: Rule, run: readonly BuiltStep[], facts: Partial<ExaminedRun> = {}, now = 1_500_000): Judgement {
  const examination = rule.begin(anExaminedRun(facts));
  for (const { step, groups } of run) {
    const sums = noSums();
    for (const group of groups) {
      addGroup(sums, group);
      examination.group?.(group, step.step);
    }
    examination.step?.(step, sums);
  }
  return examination.judgement(now);
}

/** What all rules say. */
export function examined(run: readonly BuiltStep[], facts: Partial<ExaminedRun> = {}, now = 1_500_000): Diagnosis {
  const doctor = new Doctor(anExaminedRun(facts));
  for (const { step, groups } of run) {
    for (const group of groups) doctor.group(group, step.step);
    doctor.step(step);
  }
  return doctor.diagnosis(now);
}

const metricOf: Record<SeriesName, string> = {
  reward: 'reward/mean',
  accuracy: 'accuracy/train',
  'held-out': 'accuracy/held_out',
  kl: 'kl',
  entropy: 'entropy',
  truncated: 'length/truncated',
  'zero-std': 'groups/zero_std',
  loss: 'loss',
  gradient: 'grad_norm',
  'clip-low': 'clip_ratio/low',
  'clip-high': 'clip_ratio/high',
  clip: 'clip_ratio',
  'sampler-gap': 'kl/sampler',
};

/** The same run as a trainer writes it. */
export const eventsOf = (run: readonly BuiltStep[]): EventBody[] =>
  run.flatMap(({ step: { step, series }, groups }): EventBody[] => [
    ...groups.map((g): EventBody => ({
      type: 'group',
      step,
      group: g.group,
      question_id: g.questionId,
      question: g.question ?? '',
      gold: null,
      solutions: g.solutions.map(wireSolution),
    })),
    {
      type: 'metrics',
      step,
      values: Object.fromEntries(Object.entries(series).map(([name, value]) => [metricOf[name as SeriesName], toWire(value)])),
    },
    { type: 'status', state: 'running', step, total_steps: run.length },
  ]);

const wireSolution = (s: ExaminedSolution): WireSolution => ({
  text: s.text ?? '',
  rewards: Object.fromEntries(Object.entries(s.terms).map(([term, value]) => [term, value ?? 'NaN'])),
  reward: s.reward ?? 'NaN',
  advantage: s.advantage,
  correct: s.correct,
  grade: s.verdict && { verdict: s.verdict, answer: s.answer, span: null, extraction: null, rule: 'exact', checker: 'grpo-lab 1' },
  finish: s.finish,
  tokens: s.tokens,
  kl: null,
  ...(s.policyVersion !== null && { policy_version: s.policyVersion }),
  ...(s.error && { error: 'a tool did not answer' }),
});
