import { count, percent, significant } from '../../core/format.js';
import { mean, populationStd } from '../../core/stats.js';
import { healthy, unjudged, type Door } from '../judgement.js';
import type { SeriesName } from '../namedSeries.js';
import type { Rule } from '../rule.js';

/** What has to be a number at every step at which it is recorded. */
const watched: readonly SeriesName[] = ['loss', 'gradient', 'kl', 'entropy', 'reward', 'held-out'];
/** Solutions that end in so many of one sign. Ours: `!` is token 0 of several vocabularies, what NaN logits decode to. */
const runOfSigns = /([!?.,0])\1{63}$/;
const mostJunk = 0.05;

/** NaN or ∞ in what is trained with, or texts as they come from NaN logits. No early warning: 8 of 14 deaths on record had none. */
export const notFinite: Rule = {
  id: 'not-finite',
  anyRun: true,
  name: 'Not a number',
  needs: 'loss, gradient norm, KL, entropy or reward',
  keeps: 'a few counts, 5 addresses',
  consequences: ['reward-collapse', 'starved-groups', 'truncated', 'entropy-collapse', 'entropy-explosion', 'kl-run-away', 'repetition'],
  begin: () => {
    let onset: number | null = null;
    let what = '';
    let [bad, steps] = [0, 0];
    let lastBad = NaN;
    let last = NaN;
    const doors: Door[] = [];
    let [junk, texts] = [0, 0];
    const found = (step: number, news: string, door: Door): void => {
      if (onset === null) [onset, what] = [step, news];
      if (doors.length < 5) doors.push(door);
      if (lastBad !== step) bad++;
      lastBad = step;
    };
    return {
      group: ({ group, solutions }, step) => {
        for (const [solution, { reward, advantage, text }] of solutions.entries()) {
          for (const [name, value] of [
            ['reward', reward],
            ['advantage', advantage],
          ] as const)
            if (value !== null && !Number.isFinite(value)) found(step, `${name} of a solution is ${value}`, { step, group, solution });
          if (text === undefined) continue;
          texts++;
          if (runOfSigns.test(text)) {
            junk++;
            if (texts >= 16 && junk / texts > mostJunk)
              found(step, `${percent(junk / texts)} of the solutions end in one sign, 64 times or more`, { step, group, solution });
          }
        }
      },
      step: ({ step, series }) => {
        const there = watched.filter((name) => series[name] !== undefined);
        if (there.length > 0) steps++;
        last = step;
        for (const name of there) if (!Number.isFinite(series[name])) found(step, `${name} is ${series[name]}`, { step });
      },
      judgement: () => {
        if (steps === 0 && texts === 0)
          return unjudged('no loss, gradient norm, KL, entropy or reward is recorded', 'the metrics loss and grad_norm');
        if (onset === null) return healthy(`every number of ${count(steps, 'step')} is finite`);
        const share = bad / Math.max(steps, bad);
        return {
          state: 'sick',
          onset,
          until: lastBad === last ? null : lastBad,
          evidence: `${what} at step ${onset}; ${count(bad, 'step')} altogether`,
          cost: { share, text: `${percent(share)} of the steps; weights that took in such an update are lost` },
          advice:
            'Go back to the checkpoint before it. Look for log or division by 0, half precision that overflows, and an update that should have been skipped.',
          doors,
        };
      },
    };
  },
};

/** σ of the last window. Source: the project's table. */
const spike = 3;
const leastHistory = 20;

/** Gradient norms far outside what went before: information, no finding. */
export const gradientSpike: Rule = {
  id: 'gradient-spike',
  anyRun: true,
  name: 'Gradient spikes',
  needs: 'the metric grad_norm',
  keeps: '20 values, 5 steps',
  begin: () => {
    const recent: number[] = [];
    const doors: Door[] = [];
    let [spikes, seen] = [0, 0];
    return {
      step: ({ step, series }) => {
        const value = series.gradient ?? NaN;
        if (!Number.isFinite(value)) return;
        seen++;
        const std = populationStd(recent);
        if (recent.length >= leastHistory && std > 0 && value > mean(recent) + spike * std) {
          spikes++;
          if (doors.length < 5) doors.push({ step });
        }
        recent.push(value);
        if (recent.length > leastHistory) recent.shift();
      },
      judgement: () => {
        if (seen === 0) return unjudged('the gradient norm is not recorded', 'the metric grad_norm');
        if (seen <= leastHistory) return unjudged(`it takes ${leastHistory + 1} steps`);
        if (spikes === 0) return healthy(`no norm beyond ${spike} σ of the ${leastHistory} before`);
        return healthy(
          `for information: ${count(spikes, 'norm')} of ${significant(seen)} beyond ${spike} σ of the ${leastHistory} before; no failure by itself`,
          doors,
        );
      },
    };
  },
};
