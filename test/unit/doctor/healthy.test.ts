import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drGrpoAdvantages, outcomeAdvantages, rlooAdvantages } from '../../../src/core/advantages.js';
import { rules } from '../../../src/doctor/rules.js';
import { impossibleAdvantage, normalisedTwice, wrongGrouping } from '../../../src/doctor/rules/advantages.js';
import { aHealthyRun, examined, judge, withGroups } from '../../builders/examined.js';

test('a healthy run has no finding, and only what is not recorded is left open', () => {
  const { findings, unjudged, healthy, steps, upTo } = examined(aHealthyRun());
  expect(findings).toEqual([]);
  expect(unjudged.map((u) => u.id).sort()).toEqual(['repetition', 'sampler-mismatch']);
  expect(healthy.length + unjudged.length).toBe(rules.length);
  expect([steps, upTo]).toEqual([60, 60]);
});

test('healthy runs of any shape and seed have no finding', () => {
  fc.assert(
    fc.property(
      fc
        .record({
          seed: fc.integer(),
          groups: fc.integer({ min: 1, max: 8 }),
          size: fc.integer({ min: 2, max: 17 }),
          steps: fc.integer({ min: 0, max: 70 }),
        })
        // Of four solutions a step, half of the groups are wrong as a whole for twenty steps now and then: that is so, if only by chance.
        .filter(({ groups, size }) => groups * size >= 24),
      (shape) => {
        expect(examined(aHealthyRun(shape)).findings.map((f) => [f.id, f.evidence])).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
});

test('the mean of few solutions falls by chance: that is no collapse', () => {
  for (const shape of [
    { seed: 918906169, groups: 1, size: 3, steps: 55 },
    ...Array.from({ length: 60 }, (_, seed) => ({ seed, groups: 1, size: 2 + (seed % 3), steps: 60 })),
  ])
    expect(examined(aHealthyRun(shape)).findings.map((f) => f.id)).not.toContain('reward-collapse');
});

const advantagesOf = { standardised: outcomeAdvantages, centred: drGrpoAdvantages, 'leave-one-out': rlooAdvantages };

test('what a method makes of any rewards breaks none of the exact rules', () => {
  const reward = fc.oneof(
    fc.constantFrom(0, 1),
    fc.double({ min: -10, max: 10, noNaN: true }).map((x) => Math.round(x * 100) / 100),
  );
  fc.assert(
    fc.property(
      fc.array(fc.array(reward, { minLength: 2, maxLength: 12 }), { minLength: 1, maxLength: 6 }),
      fc.constantFrom('standardised', 'centred', 'leave-one-out'),
      (rewards, normalisation) => {
        const run = aHealthyRun({ steps: 4, groups: rewards.length }).map(({ step, groups }) => ({
          step,
          groups: groups.map((g, i) => {
            const advantages = advantagesOf[normalisation](rewards[i]);
            return { ...g, solutions: rewards[i].map((r, j) => ({ ...g.solutions[0], reward: r, advantage: advantages[j] })) };
          }),
        }));
        for (const rule of [wrongGrouping, impossibleAdvantage, normalisedTwice])
          expect(judge(rule, run, { normalisation }).state).not.toBe('sick');
        // Nor when nobody has written down how they were normalised.
        for (const rule of [wrongGrouping, normalisedTwice]) expect(judge(rule, run, { normalisation: null }).state).not.toBe('sick');
      },
    ),
  );
});

test('a run that has no steps is judged by nobody', () => {
  const { findings, healthy, unjudged, upTo } = examined([], { topP: null });
  expect([findings, healthy, upTo]).toEqual([[], [], null]);
  expect(unjudged).toHaveLength(rules.length);
});

test('of a run that learns from texts only its numbers are judged', () => {
  const { healthy, unjudged } = examined(aHealthyRun(), { method: 'sft', learns: 'texts' });
  expect(healthy.map((h) => h.id).sort()).toEqual(['gradient-spike', 'not-finite', 'stall']);
  expect(unjudged[0].because).toBe('sft learns from given texts, not from rewards');
});

test('a group without solutions changes nothing', () => {
  const run = withGroups(aHealthyRun(), (g) => (g.group === 0 ? { ...g, solutions: [] } : g));
  expect(examined(run).findings).toEqual([]);
});
