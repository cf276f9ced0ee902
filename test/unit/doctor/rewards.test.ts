import { expect, test } from 'vitest';
import { mulberry32 } from '../../../src/core/mulberry32.js';
import { expectedAllWrong, SuccessMoments } from '../../../src/doctor/betaBinomial.js';
import { failingEnvironment, stall } from '../../../src/doctor/rules/environment.js';
import { formatOnly, grader, rewardHacking, unstableReward } from '../../../src/doctor/rules/rewards.js';
import { starvation } from '../../../src/doctor/rules/starvation.js';
import { repetition, stuckBatch, templateCollapse } from '../../../src/doctor/rules/texts.js';
import {
  aHealthyRun,
  examined,
  judge,
  withGroups,
  withoutSeries,
  withSeries,
  withSolutions,
  type BuiltStep,
} from '../../builders/examined.js';

const plateau = (p = 0.4): BuiltStep[] => aHealthyRun({ success: () => p });

test('groups that nobody solves starve; groups that all solve do not', () => {
  const found = judge(starvation, aHealthyRun({ groups: 12, success: (_, g) => (g % 4 === 0 ? 0.5 : 0) }));
  expect(found).toMatchObject({ state: 'sick', onset: 1 });
  expect(found.state === 'sick' && found.advice).toMatch(/64: \d/);
  expect(judge(starvation, plateau(1)).state).toBe('healthy');
  expect(judge(starvation, plateau()).state).toBe('healthy');
  expect(
    judge(
      starvation,
      withSolutions(withoutSeries(plateau(), 'reward'), () => ({ reward: null, correct: null })),
    ).state,
  ).toBe('unjudged');
});

test('a reward that pays all alike starves nobody where right solutions are among them', () => {
  const alike = withSolutions(plateau(), () => ({ reward: 1 }));
  expect(judge(starvation, alike).state).toBe('healthy');
  const [first] = examined(alike).findings;
  expect(first).toMatchObject({ id: 'grader', onset: 1 });
});

test('groups that starve at a tight cap say how many of their solutions were cut', () => {
  const starving = (each: number) =>
    judge(
      starvation,
      withSolutions(aHealthyRun({ success: () => 0.02 }), (_, { solution, group, step }) =>
        (step * 48 + group * 8 + solution) % each === 0 ? { finish: 'length' } : {},
      ),
    );
  expect(starving(6)).toMatchObject({ state: 'sick', advice: expect.stringMatching(/^A higher sampling.max_tokens/) as string });
  expect(starving(6)).toMatchObject({ evidence: expect.stringContaining('17% of their solutions were cut') as string });
  expect(starving(20)).toMatchObject({ state: 'sick', advice: expect.stringMatching(/^Easier questions/) as string });
});

test('starvation by curves alone, at its threshold', () => {
  const curves = (share: number) =>
    withSeries(
      withGroups(plateau(), (g) => ({ ...g, solutions: [] })),
      () => ({ 'zero-std': share, accuracy: 0 }),
    );
  expect(judge(starvation, curves(0.5)).state).toBe('sick');
  expect(judge(starvation, curves(0.49)).state).toBe('healthy');
});

test('what larger groups would see follows from how hard the questions are', () => {
  // p uniform in [0, 1]: E[(1−p)^G] = 1/(G+1).
  expect(expectedAllWrong({ a: 1, b: 1 }, 9)).toBeCloseTo(0.1, 12);
  const moments = new SuccessMoments();
  const random = mulberry32(3);
  for (let i = 0; i < 4000; i++) {
    const p = random();
    moments.add(
      Array.from({ length: 8 }, () => Number(random() < p)).reduce((a, b) => a + b, 0),
      8,
    );
  }
  const fit = moments.fit()!;
  expect(fit.a).toBeGreaterThan(0.85);
  expect(fit.a).toBeLessThan(1.15);
  expect(fit.b / fit.a).toBeCloseTo(1, 1);
  expect(new SuccessMoments().fit()).toBeNull();
});

test('a grader that pays wrong answers, at its threshold', () => {
  // Paid whether right or wrong in a share of the groups: such pairs count half.
  const paying = (share: number) =>
    withSolutions(plateau(), ({ reward }, { group, step }) => ({ reward: (group + step * 6) % 10 < 10 * share ? 1 : reward! }), 15);
  expect(judge(grader, paying(0.9))).toMatchObject({ state: 'sick' });
  expect(judge(grader, paying(0.3)).state).toBe('healthy');
  const found = judge(grader, paying(0.9));
  const [door] = found.state === 'sick' ? found.doors : [];
  expect(door.step).toBeGreaterThanOrEqual(15);
});

test('verdicts of the run and of another checker', () => {
  const undecided = (each: number) =>
    withSolutions(plateau(), (_, { step, group }) => ((step * 7 + group) % 100 < each ? { verdict: 'undecided', correct: null } : {}));
  expect(judge(grader, undecided(5)).state).toBe('sick');
  expect(judge(grader, undecided(1)).state).toBe('healthy');
  // A policy that writes what nobody can read: siblings of it are judged, so that gold and checker are as they should be.
  const nonsense = withSolutions(plateau(), (_, { solution }) => (solution % 3 === 0 ? { verdict: 'undecided', correct: null } : {}));
  expect(judge(grader, nonsense)).toMatchObject({ state: 'healthy', evidence: expect.stringContaining('could not be judged') as string });
  const unsaid = withSolutions(plateau(), () => ({ verdict: null, correct: null }));
  expect(judge(grader, unsaid)).toMatchObject({ state: 'unjudged', record: expect.stringContaining('grpo-lab grade RUN') as string });
  const other = (differing: number) => ({
    regrades: [{ checker: 'math-verify 0.8', compared: 100, differing }],
  });
  expect(judge(grader, unsaid, other(3))).toMatchObject({ state: 'sick', cost: { share: 0.03 } });
  expect(judge(grader, unsaid, other(2)).state).toBe('healthy');
});

test('equal texts that are paid differently', () => {
  const random = mulberry32(9);
  const same = withSolutions(plateau(), () => ({ text: 'The answer is 4.' }));
  expect(
    judge(
      unstableReward,
      withSolutions(same, () => ({ reward: Number(random() < 0.5) }), 25),
    ),
  ).toMatchObject({ state: 'sick' });
  expect(
    judge(
      unstableReward,
      withSolutions(same, () => ({ reward: 1 })),
    ).state,
  ).toBe('healthy');
  expect(
    judge(
      unstableReward,
      withSolutions(plateau(), (s, { solution }) => ({ text: `${s.text} ${solution}` })),
    ).state,
  ).toBe('unjudged');
  expect(
    judge(
      unstableReward,
      withSolutions(plateau(), () => ({ text: undefined })),
    ).state,
  ).toBe('unjudged');
});

test('noise is named before the right answers that it does not pay', () => {
  const random = mulberry32(9);
  const same = withSolutions(plateau(), ({ answer }, { step, group }) => ({ text: `${step}/${group}: ${answer}` }));
  const noise = withSolutions(same, () => ({ reward: Number(random() < 0.5) }), 15);
  const [first] = examined(noise).findings.filter(({ id }) => ['unstable-reward', 'grader'].includes(id));
  expect(first).toMatchObject({ id: 'unstable-reward', onset: 15 });
  expect(first.consequences.map((c) => c.id)).toContain('grader');
});

const withFormat = (run: readonly BuiltStep[], format: (step: number) => number): BuiltStep[] =>
  withSolutions(run, ({ terms }, { step, solution }) => ({ terms: { ...terms, format: Number(solution / 8 < format(step)) } }));

test('a format that is saturated while right answers stand still', () => {
  const rising = withFormat(plateau(0.3), (s) => (s < 12 ? s / 16 : 1));
  const found = judge(formatOnly, rising.concat(withFormat(aHealthyRun({ steps: 100, success: () => 0.3 }), () => 1).slice(60)));
  expect(found).toMatchObject({ state: 'sick' });
  expect(found.state === 'sick' && found.cost.text).toContain('owed to format');
  // It was there from the start, or right answers rose with it.
  expect(
    judge(
      formatOnly,
      withFormat(plateau(0.3), () => 1),
    ).state,
  ).toBe('healthy');
  expect(
    judge(
      formatOnly,
      withFormat(aHealthyRun({ success: (s) => 0.2 + s / 100 }), (s) => (s < 12 ? s / 16 : 1)),
    ).state,
  ).toBe('healthy');
  expect(judge(formatOnly, plateau()).state).toBe('healthy');
  expect(
    judge(
      formatOnly,
      withSolutions(plateau(), () => ({ terms: {} })),
    ).state,
  ).toBe('unjudged');
  expect(
    judge(
      formatOnly,
      withSolutions(rising, () => ({ correct: null })),
    ).state,
  ).toBe('unjudged');
});

test('a reward that rises alone', () => {
  const alone = withSeries(plateau(), ({ step }) => ({ reward: 0.4 + step / 100 }));
  expect(judge(rewardHacking, alone)).toMatchObject({ state: 'sick' });
  expect(judge(rewardHacking, aHealthyRun({ success: (s) => 0.2 + s / 100 })).state).toBe('healthy');
  expect(judge(rewardHacking, plateau()).state).toBe('healthy');
  const unsaid = withoutSeries(
    withSolutions(alone, () => ({ correct: null })),
    'held-out',
  );
  expect(judge(rewardHacking, unsaid)).toMatchObject({ state: 'unjudged' });
  // Held-out accuracy by itself is a second measure.
  const heldOut = withSeries(unsaid, ({ step }): { 'held-out'?: number } => (step % 10 === 0 ? { 'held-out': 0.4 } : {}));
  expect(judge(rewardHacking, heldOut)).toMatchObject({ state: 'sick' });
});

test('a reward that rises alone after the run has learned', () => {
  // Right answers from 20 % to 60 % by step 40, and still there afterwards; from step 41 on the reward rises further.
  const learned = aHealthyRun({ steps: 80, success: (s) => 0.2 + 0.01 * Math.min(s, 40) });
  const hacked = (steps: number) =>
    judge(
      rewardHacking,
      withSeries(learned, ({ series }) => ({ reward: series.reward! + 0.3 }), 41).filter(({ step }) => step.step <= steps),
    );
  expect(hacked(40).state).toBe('healthy');
  expect(hacked(80)).toMatchObject({ state: 'sick', onset: 41 });
});

test('hacking begins where the reward leaves what it stands for, not where it is high by chance', () => {
  // Every fifth step is paid better than usual from the start.
  const uneven = withSeries(plateau(), ({ step }) => ({ reward: 0.4 + (step % 5 === 0 ? 0.1 : 0) + (step >= 33 ? 0.4 : 0) }));
  expect(judge(rewardHacking, uneven)).toMatchObject({ state: 'sick', onset: 33 });
});

test('the same batch again', () => {
  const run = aHealthyRun();
  const stuck = run.map(({ step, groups }, i) => ({ step, groups: i < 30 || i > 40 ? groups : run[30].groups }));
  expect(judge(stuckBatch, stuck)).toMatchObject({ state: 'sick', onset: 32, until: 41 });
  // Half of it is the threshold.
  const half = run.map(({ step, groups }, i) => ({
    step,
    groups: i < 30 ? groups : groups.map((g) => (g.group < 3 ? run[30].groups[g.group] : g)),
  }));
  expect(judge(stuckBatch, half).state).toBe('healthy');
  expect(
    judge(
      stuckBatch,
      withSolutions(run, () => ({ text: undefined })),
    ).state,
  ).toBe('unjudged');
});

test('solutions from which the question cannot be told any more', () => {
  const template = withSolutions(aHealthyRun(), () => ({ text: 'Let me think. The answer is 12.' }), 35);
  expect(judge(templateCollapse, template)).toMatchObject({ state: 'sick', onset: 35 });
  expect(judge(templateCollapse, aHealthyRun()).state).toBe('healthy');
  expect(judge(templateCollapse, aHealthyRun({ groups: 2 })).state).toBe('unjudged');
  expect(
    judge(
      templateCollapse,
      withSolutions(aHealthyRun(), () => ({ text: 'Let me think.' })),
    ).state,
  ).toBe('unjudged');
});

test('texts that go round in circles', () => {
  const circling = (share: number) =>
    withSolutions(plateau(), (s, { step, solution }) => ({
      text:
        (step * 8 + solution) % 100 < 100 * share
          ? 'so the answer is that '.repeat(30)
          : `${s.text} ${Array.from({ length: 60 }, (_, i) => i * step + solution).join(' ')}`,
    }));
  expect(judge(repetition, circling(0.5)).state).toBe('sick');
  expect(judge(repetition, circling(0)).state).toBe('healthy');
  expect(judge(repetition, plateau()).state).toBe('unjudged');
});

test('an environment that fails, at its threshold', () => {
  const failing = (each: number) =>
    withSolutions(plateau(), (_, { step, solution, group }) => ({ error: (step * 48 + group * 8 + solution) % 100 < each }), 10);
  expect(judge(failingEnvironment, failing(20))).toMatchObject({ state: 'sick' });
  expect(judge(failingEnvironment, failing(2)).state).toBe('healthy');
  expect(
    judge(
      failingEnvironment,
      withSolutions(plateau(), () => ({ text: '  ' }), 10),
    ),
  ).toMatchObject({ state: 'sick' });
  expect(
    judge(
      failingEnvironment,
      withGroups(plateau(), (g) => ({ ...g, solutions: [] })),
    ).state,
  ).toBe('unjudged');
});

test('a phase that stays open, and one that did', () => {
  const last = 1_000_000 + 60 * 2000;
  expect(judge(stall, plateau(), { live: true }, last + 31 * 60_000)).toMatchObject({ state: 'sick', onset: 60 });
  expect(judge(stall, plateau(), { live: true }, last + 29 * 60_000).state).toBe('healthy');
  expect(judge(stall, plateau(), { live: false }, last + 31 * 60_000).state).toBe('healthy');
  const late = plateau().map(({ step, groups }) => ({ groups, step: { ...step, time: step.time! + (step.step > 40 ? 3_600_000 : 0) } }));
  expect(judge(stall, late)).toMatchObject({ state: 'sick', onset: 41, until: 41 });
  expect(
    judge(
      stall,
      plateau().map(({ step, groups }) => ({ groups, step: { ...step, time: null } })),
    ).state,
  ).toBe('unjudged');
});

test('a cause has its consequences under it, and the costliest comes first', () => {
  const cut = withSolutions(
    plateau(),
    () => ({ finish: 'length', tokens: 64, correct: false, reward: 0, advantage: 0, terms: { correct: 0 } }),
    10,
  );
  const [first] = examined(cut, { cap: 64 }).findings;
  expect(first.id).toBe('truncated');
  expect(first.consequences.map((c) => c.id)).toContain('starved-groups');
  const { findings } = examined(cut, { cap: 64 });
  expect(findings.map((f) => f.cost.share)).toEqual(findings.map((f) => f.cost.share).toSorted((a, b) => b - a));
});
