import { percent, significant } from '../../core/format.js';
import { healthy, unjudged } from '../judgement.js';
import type { Rule } from '../rule.js';
import { accuracy, rewardMean } from '../stepSums.js';
import { Baseline, Recent, Spell, window } from '../windows.js';

/** Of the base, no absolute level: 0.2 nats (Skywork-OR1) or 1.0 (rlwatch) hang on vocabulary and temperature. Source: the project's table. */
const collapsed = 0.2;
const exploded = 2;
/** A rise of the mean reward between the halves of a window that counts as one. Ours. */
const leastRise = 0.02;
/** A fall that counts as one: of accuracy, against the base. Ours. */
const leastFall = 0.05;

const record = 'the metric entropy (mean over tokens)';

/** Entropy near nothing, with nothing gained from it. */
export const entropyCollapse: Rule = {
  id: 'entropy-collapse',
  name: 'Entropy collapse',
  needs: 'the metric entropy, the reward, and the answers found in solutions',
  keeps: '3 curves of 20 values and their bases',
  consequences: ['starved-groups', 'template-collapse'],
  begin: () => {
    const [base, reward, distinct, distinctBase] = [new Baseline(), new Recent(), new Recent(), new Baseline()];
    const recent = new Recent();
    const spell = new Spell();
    let lowest = Infinity;
    let seen = 0;
    return {
      step: ({ step, series }, sums) => {
        const value = series.entropy ?? NaN;
        if (!Number.isFinite(value)) return;
        seen++;
        base.add(value);
        recent.add(step, value);
        reward.add(step, series.reward ?? rewardMean(sums));
        const answers = sums.answered === 0 ? NaN : sums.distinctShare / sums.answered;
        distinct.add(step, answers);
        distinctBase.add(answers);
        if (base.value === null || !recent.full || !reward.full) return;
        lowest = Math.min(lowest, recent.mean / base.value);
        const [older, newer] = reward.halves;
        const fewer = distinctBase.value === null || distinct.mean < distinctBase.value;
        const isSo = recent.mean < collapsed * base.value && newer - older < leastRise && fewer;
        spell.see(
          step,
          isSo,
          recent.since((x) => x < collapsed * base.value!),
        );
      },
      judgement: () => {
        if (seen === 0) return unjudged('entropy is not recorded', record);
        if (spell.judged === 0) return unjudged(`it takes ${window + 5} steps with entropy and reward`);
        if (spell.onset === null) return healthy(`entropy never below ${percent(lowest)} of its base (threshold ${percent(collapsed)})`);
        const share = spell.steps / seen;
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence:
            `entropy fell below ${percent(collapsed)} of its base of ${significant(base.value)} nats, to ${percent(lowest)}, while the reward stood still` +
            (distinctBase.value === null ? ' (distinct answers are not recorded)' : ' and distinct answers became fewer'),
          cost: { share, text: `in ${percent(share)} of the steps the policy no longer explored` },
          advice:
            'A smaller learning rate, a wider upper clip (clip.high), an entropy bonus or a larger β, from a checkpoint before the onset.',
          doors: [{ step: spell.onset }],
        };
      },
    };
  },
};

/** Entropy far up while results get worse. */
export const entropyExplosion: Rule = {
  id: 'entropy-explosion',
  name: 'Entropy explosion',
  needs: 'the metric entropy, and held-out accuracy, train accuracy or the reward',
  keeps: '20 values, 3 bases',
  consequences: ['truncated', 'starved-groups', 'length-explosion', 'reward-collapse'],
  begin: () => {
    const [base, scoreBase] = [new Baseline(), new Baseline()];
    const [recent, score] = [new Recent(5), new Recent(5)];
    const spell = new Spell(3);
    let highest = -Infinity;
    let seen = 0;
    let heldOutFirst: number | null = null;
    let heldOutLast: number | null = null;
    return {
      step: ({ step, series }, sums) => {
        const heldOut = series['held-out'] ?? NaN;
        if (Number.isFinite(heldOut)) {
          heldOutFirst ??= heldOut;
          heldOutLast = heldOut;
        }
        const value = series.entropy ?? NaN;
        if (!Number.isFinite(value)) return;
        seen++;
        base.add(value);
        recent.add(step, value);
        const right = sums.judged > 0 ? accuracy(sums) : (series.accuracy ?? series.reward ?? rewardMean(sums));
        scoreBase.add(right);
        score.add(step, right);
        if (base.value === null || scoreBase.value === null || !recent.full) return;
        highest = Math.max(highest, recent.mean / base.value);
        const falls = score.mean < scoreBase.value - leastFall || (heldOutLast ?? 0) < (heldOutFirst ?? 0) - leastFall;
        spell.see(
          step,
          recent.mean > exploded * base.value && falls,
          recent.since((x) => x > exploded * base.value!),
        );
      },
      judgement: () => {
        if (seen === 0) return unjudged('entropy is not recorded', record);
        if (spell.judged === 0) return unjudged('it takes 25 steps with entropy, and a score beside it');
        if (spell.onset === null)
          return healthy(`entropy at most ${significant(highest)} times its base (threshold ${exploded}, with results falling)`);
        const share = spell.steps / seen;
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence: `entropy rose to ${significant(highest)} times its base of ${significant(base.value)} nats while results fell`,
          cost: { share, text: `in ${percent(share)} of the steps the policy wrote more and more at random` },
          advice:
            'Go back to a checkpoint before the onset with a smaller learning rate or a larger β; look for an entropy bonus that is too large.',
          doors: [{ step: spell.onset }],
        };
      },
    };
  },
};
