import { count, percent, significant } from '../../core/format.js';
import { healthy, unjudged } from '../judgement.js';
import type { Rule } from '../rule.js';
import { lengthMean } from '../stepSums.js';
import { Baseline, Recent, Spell } from '../windows.js';

/** Wrong solutions' length by right ones', against the base; mean length by the cap. Source: the project's table. */
const mostRatio = 1.3;
const nearCap = 0.8;

/** Solutions grow up to the cap, the wrong ones most. */
export const lengthExplosion: Rule = {
  id: 'length-explosion',
  name: 'Length explosion',
  needs: '`tokens` and `correct` of each solution, the cap (`sampling.max_tokens` in run.json)',
  keeps: '2 windows of 5 values and a base, 5 addresses',
  consequences: ['truncated'],
  begin: ({ cap }) => {
    const base = new Baseline();
    const [ratio, length] = [new Recent(5), new Recent(5)];
    const spell = new Spell(3);
    let [measured, compared, highest] = [0, 0, 0];
    return {
      group: ({ group, solutions }, step) => {
        if (cap === null) return;
        const long = solutions.findIndex((s) => s.correct === false && s.tokens >= nearCap * cap);
        if (long >= 0) spell.examples.add({ step, group, solution: long });
      },
      step: ({ step }, sums) => {
        const mean = lengthMean(sums);
        if (Number.isFinite(mean)) measured++;
        length.add(step, mean);
        if (sums.rightMeasured === 0 || sums.wrongMeasured === 0) return;
        const now = sums.wrongTokens / sums.wrongMeasured / (sums.rightTokens / sums.rightMeasured);
        compared++;
        base.add(now);
        ratio.add(step, now);
        if (cap === null || base.value === null || !ratio.full || !length.full) return;
        highest = Math.max(highest, length.mean / cap);
        spell.see(
          step,
          ratio.mean > mostRatio * base.value && length.mean > nearCap * cap,
          length.since((x) => x > nearCap * cap),
        );
      },
      judgement: () => {
        if (measured === 0) return unjudged('lengths of solutions are not recorded', '`tokens` of each solution');
        if (cap === null) return unjudged('the cap on tokens is not recorded', '`sampling.max_tokens` in run.json');
        if (compared === 0) return unjudged('right and wrong solutions are not told apart', '`correct` of each solution');
        if (spell.judged === 0) return unjudged('it takes 25 steps with right and wrong solutions');
        if (spell.onset === null)
          return healthy(
            `mean length at most ${percent(highest)} of the cap of ${count(cap, 'token')} (threshold ${percent(nearCap)}, with wrong ones growing)`,
          );
        const share = spell.steps / measured;
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence: `mean length is above ${percent(nearCap)} of the cap of ${count(cap, 'token')}, and wrong solutions are ${significant(ratio.mean)} times as long as right ones (base ${significant(base.value)})`,
          cost: { share, text: `in ${percent(share)} of the steps tokens went into long wrong solutions` },
          advice:
            'Constant instead of per-solution aggregation (a mean over its own tokens pays long wrong ones), a length penalty, or no loss on truncated solutions.',
          doors: spell.examples.doors,
        };
      },
    };
  },
};
