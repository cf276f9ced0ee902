import { percent, significant } from '../../core/format.js';
import { healthy, unjudged } from '../judgement.js';
import type { Rule } from '../rule.js';
import { rewardMean } from '../stepSums.js';
import { Baseline, Recent, Spell, window } from '../windows.js';

/** Source of 10 × base and 0.5 nats: the project's table (elsewhere > 10, or > 3 σ of a rolling mean). */
const timesBase = 10;
const mostKl = 0.5;
/**
 * Below this a multiple of the base says nothing: a run starts at its reference, so that its base is near 0. Ours.
 */
const leastKl = 0.1;
/** It has to be so many times what it was at first: what some trainers call KL is a sum over tokens, and large from the start. Ours. */
const timesFirst = 2;
/** What the mean reward has to gain over the base to have been worth it. Ours. */
const leastRise = 0.02;

/** The policy leaves the reference and gains nothing. */
export const klRunAway: Rule = {
  id: 'kl-run-away',
  name: 'KL run-away',
  needs: 'the metric kl (to the reference) and the reward, with β above 0',
  keeps: '2 curves of 5 values and their bases',
  consequences: [
    'entropy-collapse',
    'entropy-explosion',
    'truncated',
    'starved-groups',
    'reward-collapse',
    'length-explosion',
    'repetition',
  ],
  begin: ({ beta }) => {
    const [base, rewardBase] = [new Baseline(), new Baseline()];
    const [recent, reward] = [new Recent(5), new Recent(5)];
    const early = new Recent(5);
    let firstReward = NaN;
    let firstKl = NaN;
    const spell = new Spell(3);
    let highest = -Infinity;
    let seen = 0;
    return {
      step: ({ step, series }, sums) => {
        const value = series.kl ?? NaN;
        if (!Number.isFinite(value)) return;
        if (seen++ === 0) firstKl = value;
        base.add(value);
        recent.add(step, value);
        const paid = series.reward ?? rewardMean(sums);
        rewardBase.add(paid);
        reward.add(step, paid);
        if (!early.full) {
          early.add(step, paid);
          firstReward = early.mean;
        }
        if (!recent.full || !reward.full) return;
        highest = Math.max(highest, recent.mean);
        const before = Math.max(firstReward, rewardBase.value ?? -Infinity);
        const absolute = base.value === null ? mostKl : Math.min(mostKl, Math.max(leastKl, timesBase * base.value));
        const limit = Math.max(absolute, timesFirst * firstKl);
        spell.see(
          step,
          recent.mean > limit && reward.mean < before + leastRise,
          recent.since((x) => x > limit),
        );
      },
      judgement: () => {
        if (beta === 0) return unjudged('β is 0: nothing is meant to hold the policy near the reference');
        if (seen === 0) return unjudged('the KL to the reference is not recorded', 'the metric kl');
        if (spell.judged === 0) return unjudged('it takes 5 steps with KL and reward');
        if (spell.onset === null)
          return healthy(
            `KL at most ${significant(highest)} nats over 5 steps (threshold ${mostKl}, or ${timesBase} times its base, with the reward flat)`,
          );
        const share = spell.steps / seen;
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence: `KL to the reference rose to ${significant(highest)} nats (base ${significant(base.value)}) and the reward gained nothing`,
          cost: { share, text: `in ${percent(share)} of the steps the policy went away from the reference for nothing` },
          advice: 'A smaller learning rate (or warm-up), a larger β; go back to a checkpoint before the onset.',
          doors: [{ step: spell.onset }],
        };
      },
    };
  },
};

/** Share of the best reward below which a run has lost what it had. Ours. */
const lost = 0.5;
/** Standard errors of the difference of two means of 5 steps that a fall is more than: below that means move by chance. Ours. */
const beyondChance = 4;

/** The reward was there and is gone. Beyond the project's table: what a far too large learning rate looks like whatever it does to the policy. */
export const rewardCollapse: Rule = {
  id: 'reward-collapse',
  name: 'Reward collapse',
  needs: 'the reward',
  keeps: '2 windows of 5 and 20 values, a sum',
  consequences: ['starved-groups'],
  begin: () => {
    const recent = new Recent(5);
    const spell = new Spell(5);
    let [best, lowest, seen] = [-Infinity, Infinity, 0];
    let least = Infinity;
    // σ² of a step by itself, from differences of steps behind each other: a slow rise or fall is not in it (von Neumann, 1941).
    let [before, squares] = [NaN, 0];
    return {
      step: ({ step, series }, sums) => {
        const value = series.reward ?? rewardMean(sums);
        if (!Number.isFinite(value)) return;
        if (seen++ > 0) squares += (value - before) ** 2 / 2;
        before = value;
        least = Math.min(least, value);
        recent.add(step, value);
        if (!recent.full) return;
        const now = recent.mean;
        best = Math.max(best, now);
        lowest = Math.min(lowest, now);
        // Rewards may be negative: what counts is the way up from the least that was seen.
        const floor = Math.min(0, least);
        const chance = beyondChance * Math.sqrt(((2 / 5) * squares) / (seen - 1));
        const isSo = best - floor > leastBest && now - floor < lost * (best - floor) && best - now > chance;
        spell.see(
          step,
          isSo,
          recent.since((x) => x - floor < lost * (best - floor)),
        );
      },
      judgement: () => {
        if (seen === 0) return unjudged('rewards are not recorded', 'rewards of solutions, or the metric reward/mean');
        if (seen < window) return unjudged(`it takes ${window} steps`);
        if (spell.onset === null) return healthy(`mean of 5 steps between ${significant(lowest)} and ${significant(best)}`);
        const share = spell.steps / seen;
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence: `the mean reward of 5 steps was ${significant(best)} and fell to ${significant(lowest)}`,
          cost: { share, text: `${percent(share)} of the steps lie below half of what the run had reached` },
          advice:
            'Go back to a checkpoint before the onset with a smaller learning rate; see what changed there (data, environment, KL, entropy).',
          doors: [{ step: spell.onset }],
        };
      },
    };
  },
};
/** Rewards that never got this far above their floor have nothing to lose. Ours. */
const leastBest = 0.05;
