/** Checks of advantages that are exact: what a formula forbids is a bug, whatever the run looks like. */
import { factsOf } from '../../core/methods.js';
import { count, percent, significant } from '../../core/format.js';
import { allEqual, mean, populationStd } from '../../core/stats.js';
import { formulaOf } from '../../core/advantageFormula.js';
import type { ExaminedGroup, ExaminedRun } from '../evidence.js';
import { healthy, unjudged, type Door, type Unjudged } from '../judgement.js';
import type { Rule } from '../rule.js';
import { Spell } from '../windows.js';

/** |ΣÂ| of a group, by G and by the largest |Â| above 1. Source: the project's table. */
const mostSum = 1e-3;
/** Beyond the bound by so much. Source: the project's table; it leaves room for rounding to half precision. */
const beyondBound = 1.01;
/** Groups in which it has to be so: a bug shows in all. Ours; a file cut in the middle of a group is none. */
const leastShare = 0.01;
/** Sizes of groups that are told apart. */
const mostSizes = 64;

/** Methods of other trainers whose advantages are centred in the group. */
const centredElsewhere = ['dr-grpo', 'dapo', 'gspo', 'cispo', 'rloo'];

/** Why advantages of this run cannot be held against its groups' rewards; null: they can. */
function notCompared({ method, stepRewards }: ExaminedRun): Unjudged | null {
  const name = method.toLowerCase().replaceAll('_', '-');
  if (stepRewards) return unjudged('each step of a solution was rewarded: what a solution has is a mean over its tokens');
  if (factsOf(name)?.ownAdvantages !== undefined) return unjudged(`${method} does not compare the rewards of a group`);
  if (name === 'grpo' || centredElsewhere.includes(name)) return null;
  return unjudged(
    method === 'unknown' ? 'the method is not recorded' : `whether ${method} centres advantages in the group is not known`,
    'the method in run.json (for an import: the trainer’s configuration beside its rollouts)',
  );
}

const noAdvantages = unjudged('advantages are not recorded', '`advantage` of each solution');

/** Of a group all of whose advantages are known; null otherwise. */
function advantagesOf({ solutions }: ExaminedGroup): number[] | null {
  const all = solutions.flatMap(({ advantage }) => (advantage !== null && Number.isFinite(advantage) ? [advantage] : []));
  return all.length === solutions.length && all.length > 1 ? all : null;
}
function rewardsOf({ solutions }: ExaminedGroup): number[] | null {
  const all = solutions.flatMap(({ reward }) => (reward !== null && Number.isFinite(reward) ? [reward] : []));
  return all.length === solutions.length ? all : null;
}

/** Advantages of a question do not sum to 0, or do so only in parts of it: the baseline is of other solutions than the group's. */
export const wrongGrouping: Rule = {
  id: 'wrong-grouping',
  name: 'Wrong grouping',
  needs: '`advantage` of each solution, all solutions of each group, a method that centres in the group',
  keeps: `counts for each of ${mostSizes} sizes of group, 5 addresses`,
  consequences: ['normalised-twice', 'impossible-advantage'],
  begin: (run) => {
    interface Sized {
      groups: number;
      bad: number;
      solutions: number;
      onset: number;
      last: number;
      doors: Door[];
      worst: number;
      part: number | null;
    }
    const sizes = new Map<number, Sized>();
    let passed = 0;
    return {
      group: (group, step) => {
        const advantages = advantagesOf(group);
        if (advantages === null) return;
        const size = advantages.length;
        if (!sizes.has(size) && sizes.size >= mostSizes) {
          passed++;
          return;
        }
        const of = sizes.get(size) ?? { groups: 0, bad: 0, solutions: 0, onset: NaN, last: NaN, doors: [], worst: 0, part: null };
        sizes.set(size, of);
        of.groups++;
        const sum = Math.abs(advantages.reduce((a, b) => a + b, 0));
        const scale = advantages.reduce((most, a) => Math.max(most, Math.abs(a)), 1);
        const rewards = rewardsOf(group);
        const formula = rewards && !allEqual(rewards) ? formulaOf(rewards, advantages) : null;
        const part = formula?.kind === 'parts' ? formula.size : null;
        if (sum <= mostSum * size * scale && part === null) return;
        if (of.bad++ === 0) of.onset = step;
        of.last = step;
        of.part ??= part;
        of.worst = Math.max(of.worst, sum);
        if (of.doors.length < 5) of.doors.push({ step, group: group.group });
      },
      judgement: () => {
        const barred = notCompared(run);
        if (barred) return barred;
        const all = [...sizes].sort((a, b) => b[1].groups - a[1].groups || b[0] - a[0]);
        if (all.length === 0) return noAdvantages;
        const [usual, of] = all[0];
        const whole = all.filter(([size]) => size >= usual);
        const smaller = all.filter(([size, s]) => size < usual && s.bad > 0);
        const groups = whole.reduce((n, [, s]) => n + s.groups, 0);
        const bad = whole.reduce((n, [, s]) => n + s.bad, 0);
        if (bad / groups <= leastShare) {
          const lacking = smaller.reduce((n, [, s]) => n + s.bad, 0);
          if (lacking > leastShare * (groups + lacking))
            return unjudged(
              `${count(lacking, 'group')} with advantages that do not sum to 0 have fewer than the usual ${usual} solutions`,
              'every solution of a group, also those that were not trained on',
            );
          return healthy(
            `advantages of ${count(groups, 'group')} sum to 0${passed > 0 ? `; ${count(passed, 'group')} of other sizes passed over` : ''}`,
          );
        }
        const share = bad / groups;
        const found = whole.find(([, s]) => s.bad > 0)![1];
        const part = of.part ?? found.part;
        const sums =
          part === null
            ? `in ${percent(share)} of the groups advantages do not sum to 0 (|ΣÂ| up to ${significant(found.worst)}, threshold ${mostSum} · G)`
            : `in ${percent(share)} of the groups each ${part} solutions have a baseline of their own, where the question has ${usual}`;
        return {
          state: 'sick',
          onset: found.onset,
          until: null,
          evidence: sums,
          cost: { share, text: `${percent(share)} of the groups were compared with the wrong solutions` },
          advice:
            'Normalise over the solutions of one question: the group size of the trainer, the sampler’s n and the order of the batch must agree.',
          doors: found.doors,
        };
      },
    };
  },
};

/** Advantages larger than any reward could make them. */
export const impossibleAdvantage: Rule = {
  id: 'impossible-advantage',
  name: 'Impossible advantage',
  needs: '`advantage` of each solution, a method that divides by the group’s standard deviation',
  keeps: 'counts, 5 addresses',
  begin: (run) => {
    const doors: Door[] = [];
    let [groups, bad, worst, at] = [0, 0, 0, 0];
    let onset: number | null = null;
    let last = NaN;
    let undivided = 0;
    return {
      group: (group, step) => {
        const advantages = advantagesOf(group);
        if (advantages === null) return;
        groups++;
        const bound = Math.sqrt(advantages.length - 1);
        const largest = advantages.reduce((most, a) => Math.max(most, Math.abs(a)), 0);
        if (largest <= beyondBound * bound) return;
        const rewards = rewardsOf(group);
        const formula = rewards && !allEqual(rewards) ? formulaOf(rewards, advantages) : null;
        // Dr. GRPO and RLOO do not divide: slopes of 1 and G/(G − 1).
        if (formula?.kind === 'affine' && Math.abs(formula.slope - 1) < 0.01 + 1 / (advantages.length - 1)) {
          undivided++;
          return;
        }
        bad++;
        onset ??= step;
        last = step;
        if (largest / bound > worst) [worst, at] = [largest / bound, largest];
        if (doors.length < 5)
          doors.push({ step, group: group.group, solution: group.solutions.findIndex((s) => Math.abs(s.advantage ?? 0) === largest) });
      },
      judgement: () => {
        const barred = notCompared(run);
        if (barred) return barred;
        if (run.normalisation === 'centred' || run.normalisation === 'leave-one-out' || undivided > 0)
          return unjudged('advantages are not divided by the group’s standard deviation, so that rewards alone bound them');
        if (groups === 0) return noAdvantages;
        if (onset === null) return healthy(`no |Â| of ${count(groups, 'group')} beyond √(G−1), its bound`);
        const share = bad / groups;
        return {
          state: 'sick',
          onset,
          until: last === onset ? onset : null,
          evidence: `|Â| up to ${significant(at)}, ${significant(worst)} times √(G−1): with (r − mean)/std no solution can be further from the others (with the sample’s std the bound is (G−1)/√G)`,
          cost: { share, text: `${percent(share)} of the groups pull with a gradient that no reward explains` },
          advice:
            'Look at what stands between reward and advantage: a std over other solutions than the mean’s, an ε where the std is, a second scaling, clipping of rewards after the mean.',
          doors,
        };
      },
    };
  },
};

/** Groups of a step that are compared with each other. */
const mostGroups = 1024;
/** What is one number, and what differs. Ours: between rounding and effect. */
const same = 0.01;
const apart = 0.05;
/** Steps in a row. */
const leastSteps = 3;

/**
 * Advantages that were divided by the group's standard deviation and then scaled again by something of the batch: Â · std / (r − mean)
 * is one number for all groups of a step, which is not 1 and changes from step to step.
 */
export const normalisedTwice: Rule = {
  id: 'normalised-twice',
  name: 'Normalised twice',
  needs: '`advantage` and `reward` of each solution, three groups with a signal at a step',
  keeps: `2 numbers for each of ${mostGroups} groups of one step, 5 addresses`,
  consequences: ['impossible-advantage'],
  begin: (run) => {
    let here: { group: number; slope: number; scale: number; size: number; std: number }[] = [];
    const spell = new Spell(leastSteps);
    let [steps, other] = [0, 0];
    let [low, high] = [Infinity, -Infinity];
    let withBoth = false;
    return {
      group: (group) => {
        const [advantages, rewards] = [advantagesOf(group), rewardsOf(group)];
        if (advantages === null || rewards === null) return;
        withBoth = true;
        if (allEqual(rewards) || here.length >= mostGroups) return;
        const formula = formulaOf(rewards, advantages);
        if (formula.kind !== 'affine') other++;
        else
          here.push({
            group: group.group,
            slope: formula.slope,
            scale: formula.slope * formula.std,
            size: rewards.length,
            std: formula.std,
          });
      },
      step: ({ step }) => {
        const groups = here;
        here = [];
        if (groups.length < 3 || spread(groups.map((g) => g.std)) < apart) return;
        steps++;
        const scale = mean(groups.map((g) => g.scale));
        const sampled = Math.sqrt((groups[0].size - 1) / groups[0].size);
        const known = [1, sampled].some((s) => Math.abs(scale - s) < 2 * same);
        const twice = spread(groups.map((g) => g.scale)) < same && !known;
        if (twice) {
          low = Math.min(low, scale);
          high = Math.max(high, scale);
          spell.examples.add({ step, group: groups[0].group });
        }
        spell.see(step, twice);
      },
      judgement: () => {
        const barred = notCompared(run);
        if (barred) return barred;
        if (!withBoth) return unjudged('advantages and rewards are not recorded together', '`advantage` and `reward` of each solution');
        if (steps === 0)
          return unjudged(
            other > 0
              ? 'advantages are no multiple of the rewards’ distance from the group’s mean'
              : 'no step has three groups with different spreads',
            other > 0 ? 'the reward as it enters the advantage (after penalties and shaping)' : null,
          );
        if (spell.onset === null) return healthy(`in ${count(steps, 'step')} advantages follow from the group’s rewards alone`);
        if (high - low < same * high)
          return healthy(
            `advantages are scaled by ${significant(mean([low, high]))} at every step, which is the learning rate by another name`,
            spell.examples.doors,
          );
        const share = spell.steps / steps;
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence: `Â is ${significant(low)} to ${significant(high)} times (r − mean)/std of the group, one factor for all groups of a step: divided again by something of the batch`,
          cost: { share, text: `in ${percent(share)} of the steps the size of the update hangs on how many groups carry a signal` },
          advice:
            'Normalise once: over the group (GRPO) or over the batch (REINFORCE++), not one after the other; look for whitening behind the advantages.',
          doors: spell.examples.doors,
        };
      },
    };
  },
};

/** Spread of positive numbers, as a share of their mean. */
const spread = (values: readonly number[]): number => populationStd(values) / Math.abs(mean(values));
