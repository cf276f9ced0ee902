import { count, percent } from '../../core/format.js';
import { expectedAllWrong, SuccessMoments } from '../betaBinomial.js';
import { healthy, unjudged } from '../judgement.js';
import type { Rule } from '../rule.js';
import { accuracy } from '../stepSums.js';
import { RecentShare, Spell, window } from '../windows.js';

/** Share of starved groups: miles' threshold for zero-std groups. */
const mostStarved = 0.5;
/** Of their solutions, cut at the limit: from here on it is said. Source: verl's guide, for all solutions. */
const noteCut = 0.1;
/** Group sizes that are compared. */
const sizes = [4, 8, 16, 32, 64];

/**
 * Groups whose rewards are all equal because nobody solves the question: counted, or where only curves are known zero-std · (1 − accuracy).
 * That all solve it (mastery) is no failure. Source of the threshold: miles; that about 40 % without signal is common: the project's table.
 */
export const starvation: Rule = {
  id: 'starved-groups',
  name: 'Starved groups',
  needs: 'rewards of groups and which solutions are right, or the metrics groups/zero_std and accuracy/train',
  keeps: '20 sums, moments of the groups’ success, 2 counts, 5 addresses',
  begin: () => {
    const recent = new RecentShare();
    const spell = new Spell();
    const success = new SuccessMoments();
    let [starved, groups] = [0, 0];
    let sizeSeen = 0;
    // Solutions of starved groups, and of these the ones that were cut.
    let [unsolved, cut] = [0, 0];
    return {
      group: ({ group, solutions }, step) => {
        const right = solutions.filter((s) => s.correct === true).length;
        if (solutions.some((s) => s.correct === null) || solutions.length < 2) return;
        success.add(right, solutions.length);
        sizeSeen = Math.max(sizeSeen, solutions.length);
        if (right > 0 || solutions.some((s) => s.reward === null || s.reward !== solutions[0].reward)) return;
        spell.examples.add({ step, group });
        unsolved += solutions.length;
        cut += solutions.filter((s) => s.finish === 'length').length;
      },
      step: ({ step, series }, sums) => {
        const known = sums.rewardedGroups > 0 && sums.judged > 0;
        const right = known ? accuracy(sums) : (series.accuracy ?? NaN);
        const flat = known ? sums.flat / sums.rewardedGroups : (series['zero-std'] ?? NaN);
        // Counted where every solution is judged: a reward that pays all alike has right solutions among the wrong ones.
        const share = known && sums.judged === sums.solutions ? sums.flatWrong / sums.rewardedGroups : flat * (1 - right);
        if (!Number.isFinite(share)) return;
        const of = known ? sums.rewardedGroups : 1;
        starved += share * of;
        groups += of;
        recent.add(step, share * of, of);
        if (recent.length >= window) spell.see(step, recent.share >= mostStarved, recent.firstBeyond(mostStarved));
      },
      judgement: () => {
        if (groups === 0)
          return unjudged(
            'rewards and right answers are not recorded together',
            'rewards and `correct` of each solution, or the metrics groups/zero_std and accuracy/train',
          );
        if (spell.judged === 0) return unjudged(`it takes ${window} steps with groups`);
        if (spell.onset === null) return healthy(`${percent(starved / groups)} of the groups starved (threshold ${percent(mostStarved)})`);
        const fit = success.fit();
        const shareCut = unsolved === 0 ? 0 : cut / unsolved;
        const isCut = shareCut >= noteCut;
        const expected = fit && sizes.map((G) => `${G}: ${percent(expectedAllWrong(fit, G))}`).join(', ');
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence: `over ${window} steps ${percent(mostStarved)} or more of the groups had equal rewards and no right solution, ${percent(starved / groups)} in the whole run${isCut ? `; ${percent(shareCut)} of their solutions were cut at the token limit` : ''}`,
          cost: {
            share: starved / groups,
            text: `${percent(starved / groups)} of the solutions gave no gradient, because nobody solves their question`,
          },
          advice:
            `${isCut ? 'A higher sampling.max_tokens, easier' : 'Easier'} questions, a start from better weights, or larger groups` +
            (expected === null || sizeSeen === 0
              ? '.'
              : `: groups without a right solution expected by group size (now ${count(sizeSeen, 'solution')}): ${expected}.`),
          doors: spell.examples.doors,
        };
      },
    };
  },
};
