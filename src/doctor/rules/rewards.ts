import { smallest } from '../../core/extremes.js';
import { count, percent, significant } from '../../core/format.js';
import { orderedPairs } from '../../core/orderedPairs.js';
import { healthy, unjudged, type Door } from '../judgement.js';
import type { Rule } from '../rule.js';
import { accuracy, rewardMean } from '../stepSums.js';
import { Baseline, Recent, RecentShare, Spell, window } from '../windows.js';

/** Pairs of a right and a wrong solution of one question in which the right one has to be paid more; chance is ½. Ours. */
const leastInOrder = 0.75;
/** Pairs in a window before a share is one. Ours. */
const leastPairs = 50;
/**
 * Verdicts of questions of which none is decided: gold answers that the checker cannot read, or a kind of answer that it cannot compare. Where
 * others of the question are decided, an undecided answer is what the policy wrote. Verdicts of another checker that differ. Source: the
 * project's table for the first.
 */
const mostUndecided = 0.02;
const mostDiffering = 0.02;
const leastVerdicts = 50;

/** The reward pays what is not right. */
export const grader: Rule = {
  id: 'grader',
  name: 'Grader at fault',
  needs: '`reward` and `correct` of each solution, or verdicts of another checker (`grpo-lab grade RUN`)',
  keeps: '20 sums, counts, 5 addresses',
  consequences: ['reward-hacking', 'format-only'],
  begin: ({ regrades }) => {
    const spell = new Spell();
    const order = new RecentShare();
    let [pairs, inOrder] = [0, 0];
    let here = { pairs: 0, inOrder: 0 };
    let [verdicts, undecided, judged, unread] = [0, 0, 0, 0];
    const doubtful: Door[] = [];
    return {
      group: ({ group, solutions }, step) => {
        const given = solutions.flatMap(({ verdict }, solution) => (verdict === null ? [] : [{ verdict, solution }]));
        const open = given.filter(({ verdict }) => verdict === 'undecided');
        verdicts += given.length;
        if (open.length < given.length) unread += open.length;
        else {
          undecided += open.length;
          for (const { solution } of open.slice(0, 5 - doubtful.length)) doubtful.push({ step, group, solution });
        }
        const both = solutions.flatMap((s, solution) =>
          s.reward !== null && s.correct !== null ? [{ solution, reward: s.reward, right: s.correct }] : [],
        );
        judged += both.length;
        const found = orderedPairs(
          both.map((s) => s.reward),
          both.map((s) => s.right),
        );
        here.pairs += found.pairs;
        here.inOrder += found.inOrder;
        if (found.pairs === 0 || found.inOrder / found.pairs >= leastInOrder) return;
        const least = smallest(both.filter((s) => s.right).map((s) => s.reward));
        const paid = both.find((s) => !s.right && s.reward >= least);
        if (paid) spell.examples.add({ step, group, solution: paid.solution });
      },
      step: ({ step }) => {
        if (here.pairs > 0) {
          order.add(step, here.pairs - here.inOrder, here.pairs);
          if (order.of >= leastPairs) spell.see(step, 1 - order.share < leastInOrder, order.firstBeyond(1 - leastInOrder));
        }
        pairs += here.pairs;
        inOrder += here.inOrder;
        here = { pairs: 0, inOrder: 0 };
      },
      judgement: () => {
        if (spell.onset !== null) {
          const share = spell.steps / spell.judged;
          return {
            state: 'sick',
            onset: spell.onset,
            until: spell.until,
            evidence: `of ${count(Math.round(pairs), 'pair')} of a right and a wrong solution of one question the right one is paid more in ${percent(inOrder / pairs)} (threshold ${percent(leastInOrder)}; chance is 50%)`,
            cost: { share, text: `in ${percent(share)} of the steps the advantages teach something else than right answers` },
            advice:
              'Read the wrong solutions that are paid (below) as the reward does; put junk through it (empty, an echo, a list of numbers): none may be paid.',
            doors: spell.examples.doors,
          };
        }
        const other = regrades.find((r) => r.compared >= leastVerdicts && r.differing / r.compared > mostDiffering);
        if (other) {
          const share = other.differing / other.compared;
          return {
            state: 'sick',
            onset: 0,
            until: null,
            evidence: `${other.checker} judges ${percent(share)} of ${count(other.compared, 'solution')} otherwise than they were judged or paid (threshold ${percent(mostDiffering)})`,
            cost: { share, text: `${percent(share)} of the solutions were paid against another checker’s verdict` },
            advice: 'Read the disagreements (grpo-lab grade RUN lists them) and mend the checker that is wrong.',
            doors: [],
          };
        }
        if (verdicts >= leastVerdicts && undecided / verdicts > mostUndecided) {
          const share = undecided / verdicts;
          return {
            state: 'sick',
            onset: doubtful[0].step,
            until: null,
            evidence: `${percent(share)} of the verdicts are undecided, and so is every other of their questions (threshold ${percent(mostUndecided)})`,
            cost: { share, text: `${percent(share)} of the solutions were paid without a verdict` },
            advice:
              'Gold answers that the checker cannot read, or answers of a kind that it cannot compare: see the reasons in the solutions below, or grade with another checker.',
            doors: doubtful,
          };
        }
        if (pairs > 0 && spell.judged > 0)
          return healthy(
            `the right solution is paid more in ${percent(inOrder / pairs)} of ${count(pairs, 'pair')} (threshold ${percent(leastInOrder)})${unread > 0 ? `; ${percent(unread / verdicts)} of the answers could not be judged, though others to their questions were` : ''}`,
          );
        if (judged > 0 || verdicts >= leastVerdicts)
          return unjudged(`fewer than ${leastPairs} pairs of a right and a wrong solution of one question`);
        if (regrades.some((r) => r.compared >= leastVerdicts)) return healthy('another checker agrees');
        return unjudged(
          'which solutions are right is not recorded beside the reward',
          '`correct` or `grade` of each solution, or grade it now: grpo-lab grade RUN',
        );
      },
    };
  },
};

/** Pairs of equal texts that are paid differently. Ours: a rule pays them alike. */
const mostUnstable = 0.05;
const leastEqual = 20;

/** The same text to the same question is paid differently: the reward is noise, or hangs on something that is not in the text. */
export const unstableReward: Rule = {
  id: 'unstable-reward',
  name: 'Reward of noise',
  needs: 'texts and rewards of solutions, equal texts within a group',
  keeps: 'texts’ rewards of one group, counts, 5 addresses',
  consequences: ['grader', 'reward-hacking', 'format-only', 'entropy-explosion', 'reward-collapse'],
  begin: () => {
    const spell = new Spell();
    const recent = new RecentShare();
    let [here, pairs, unlike, all] = [0, 0, 0, 0];
    let texts = 0;
    return {
      group: ({ group, solutions }, step) => {
        const paid = new Map<string, number>();
        for (const [solution, { text, reward }] of solutions.entries()) {
          if (text === undefined || reward === null) continue;
          texts++;
          const before = paid.get(text);
          if (before === undefined) paid.set(text, reward);
          else {
            pairs++;
            if (before === reward) continue;
            here++;
            spell.examples.add({ step, group, solution });
          }
        }
      },
      step: ({ step }) => {
        if (pairs > 0) {
          recent.add(step, here, pairs);
          if (recent.of >= leastEqual) spell.see(step, recent.share > mostUnstable, recent.firstBeyond(mostUnstable));
        }
        unlike += here;
        all += pairs;
        here = pairs = 0;
      },
      judgement: () => {
        if (texts === 0)
          return unjudged('texts and rewards of solutions are not recorded together', '`text` and `reward` of each solution');
        if (spell.judged === 0)
          return unjudged(`fewer than ${leastEqual} solutions repeat the text of another of their group within ${window} steps`);
        if (spell.onset === null)
          return healthy(`${percent(unlike / all)} of ${count(all, 'repeated text')} paid otherwise than the first time`);
        const share = spell.steps / spell.judged;
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence: `${percent(unlike / all)} of ${count(all, 'text')} that stand twice in a group were paid differently (threshold ${percent(mostUnstable)})`,
          cost: { share, text: `in ${percent(share)} of the steps advantages tell equal texts apart` },
          advice:
            'A judge at temperature above 0, a time limit that strikes at random, rewards in another order than their solutions: ask the reward twice for one text.',
          doors: spell.examples.doors,
        };
      },
    };
  },
};

/** A format term near its largest value; correctness not above its base by more than this. Source: the project's table. */
const saturated = 0.9;
const flat = 0.02;
/** It has to have risen by so much since the start: a format that was there from the first step crowds nothing out. Ours. */
const risen = 0.1;
/** Nothing is left to gain above it. Ours. */
const solved = 0.9;
const correctness = /correct|accura|answer|exact|equal|outcome|verdict/i;
/** Terms that are told apart. */
const mostTerms = 16;

/** A term of the reward is saturated, and right answers have not become more. */
export const formatOnly: Rule = {
  id: 'format-only',
  name: 'Format only',
  needs: '`rewards` by term and `correct` of each solution',
  keeps: `for each of ${mostTerms} terms 2 × 20 values, the first 5 and a sum`,
  begin: ({ weights }) => {
    interface Term {
      early: Recent;
      recent: Recent;
      sum: number;
      n: number;
      /** Σ|w · (r − mean)|: what it has of the advantages. */
      carried: number;
    }
    const terms = new Map<string, Term>();
    const base = new Baseline();
    const right = new Recent(2 * window);
    let found: { term: string; spell: Spell } | null = null;
    const spells = new Map<string, Spell>();
    let judged = 0;
    return {
      group: ({ group, solutions }, step) => {
        for (const name of Object.keys(solutions[0].terms)) {
          if (!terms.has(name) && terms.size >= mostTerms) continue;
          const values = solutions.map((s) => s.terms[name]).filter((x): x is number => x !== null && Number.isFinite(x));
          const term = terms.get(name) ?? { early: new Recent(5), recent: new Recent(2 * window), sum: 0, n: 0, carried: 0 };
          terms.set(name, term);
          const sum = values.reduce((a, b) => a + b, 0);
          term.sum += sum;
          term.n += values.length;
          const weight = Math.abs(weights[name] ?? 1);
          for (const value of values) term.carried += weight * Math.abs(value - sum / values.length);
          if (sum > 0 && !correctness.test(name)) {
            const spell = spells.get(name) ?? new Spell();
            spells.set(name, spell);
            const paid = solutions.findIndex((s) => (s.terms[name] ?? 0) > 0 && s.correct === false);
            if (paid >= 0) spell.examples.add({ step, group, solution: paid });
          }
        }
      },
      step: ({ step }, sums) => {
        const now = accuracy(sums);
        base.add(now);
        right.add(step, now);
        if (Number.isFinite(now)) judged++;
        for (const [name, term] of terms) {
          const value = term.n === 0 ? NaN : term.sum / term.n;
          [term.sum, term.n] = [0, 0];
          if (!term.early.full) term.early.add(step, value);
          term.recent.add(step, value);
          const spell = spells.get(name);
          if (!spell || !term.recent.full || !right.full || base.value === null) continue;
          const rose = term.recent.mean - term.early.mean;
          const isSo = term.recent.mean > saturated && rose >= risen && right.mean < base.value + flat && right.mean < solved;
          spell.see(
            step,
            isSo,
            term.recent.since((x) => x > saturated),
          );
          if (spell.onset !== null) found ??= { term: name, spell };
        }
      },
      judgement: () => {
        const others = [...terms.keys()].filter((name) => !correctness.test(name));
        if (terms.size === 0)
          return unjudged('the terms of the reward are not recorded', '`rewards` of each solution, a value for each term');
        if (others.length === 0) return healthy('the reward has no term beside correctness');
        if (judged === 0)
          return unjudged('which solutions are right is not recorded', '`correct` of each solution, or grade it now: grpo-lab grade RUN');
        if (spells.size > 0 && [...spells.values()].every((s) => s.judged === 0))
          return unjudged(`it takes ${2 * window} steps with terms and right answers`);
        const carried = [...terms.values()].reduce((sum, t) => sum + t.carried, 0);
        const shareOf = (name: string): number => (carried === 0 ? 0 : terms.get(name)!.carried / carried);
        if (found === null) {
          const most = others.toSorted((a, b) => shareOf(b) - shareOf(a))[0];
          return healthy(`${most} has ${percent(shareOf(most))} of Σ|Â|, and is not saturated beside flat correctness`);
        }
        const { term, spell } = found;
        return {
          state: 'sick',
          onset: spell.onset!,
          until: spell.until,
          evidence: `${term} is above ${saturated} while ${percent(right.mean)} are right, against ${percent(base.value)} at first; it has ${percent(shareOf(term))} of Σ|Â|`,
          cost: { share: shareOf(term), text: `${percent(shareOf(term))} of what the run learned from is owed to ${term}` },
          advice: `Less weight on ${term}, or none once it is saturated; easier questions, so that right answers are paid too.`,
          doors: spell.examples.doors,
        };
      },
    };
  },
};

/** A rise of the reward that counts: of what it was, and at least so much. Ours. */
const relativeRise = 0.15;
const leastRise = 0.05;
/** What of it the second measure has to show. Ours. */
const leastShare = 0.1;
const leastHeldOut = 4;
/** Steps that a window is compared with: the run's first ones, and those before the window. */
const compared = 10;

/**
 * The reward goes up, and what it stands for does not: against the run's first steps, or, where it learned before that, against those before the
 * window.
 */
export const rewardHacking: Rule = {
  id: 'reward-hacking',
  name: 'Reward hacking',
  needs: 'the reward, and beside it held-out accuracy (four measurements) or `correct` of each solution',
  keeps: '3 windows of 30 values and their first 10 values',
  consequences: ['length-explosion', 'repetition', 'format-only'],
  begin: () => {
    const reward = new Against();
    const right = new Against();
    /** Reward less right answers: where both rise by learning, it stands still. */
    const between = new Against();
    const heldOut = new Recent(2);
    let heldOutFirst: number[] = [];
    let measured = 0;
    const spell = new Spell(3);
    let by: 'held-out accuracy' | 'the share of right solutions' = 'held-out accuracy';
    let [seen, second] = [0, 0];
    let numbers: [number, number, number, number] = [NaN, NaN, NaN, NaN];
    return {
      step: ({ step, series }, sums) => {
        const paid = series.reward ?? rewardMean(sums);
        const outside = series['held-out'] ?? NaN;
        if (Number.isFinite(outside)) {
          measured++;
          if (heldOutFirst.length < 2) heldOutFirst = [...heldOutFirst, outside];
          heldOut.add(step, outside);
        }
        if (!Number.isFinite(paid)) return;
        seen++;
        reward.add(step, paid);
        const share = sums.judged > 0 ? accuracy(sums) : (series.accuracy ?? NaN);
        right.add(step, share);
        between.add(step, paid - share);
        if (!reward.full) return;
        const outsideRise = measured >= leastHeldOut ? heldOut.mean - (heldOutFirst[0] + heldOutFirst[1]) / 2 : null;
        if (!right.full && outsideRise === null) return;
        second++;
        let [isSo, since] = [false, step];
        for (const than of ['first', 'before'] as const) {
          const from = reward[than];
          const rise = reward.now - from;
          if (!(rise > Math.max(leastRise, relativeRise * Math.abs(from)))) continue;
          const inTraining = right.full ? right.now - right[than] : null;
          const byTraining = inTraining !== null && inTraining < leastShare * rise;
          // Held-out accuracy is measured too seldom to be compared with anything but its first values.
          const byOutside =
            than === 'first' && outsideRise !== null && outsideRise < leastShare * rise && (inTraining === null || inTraining < rise / 2);
          if (!byTraining && !byOutside) continue;
          isSo = true;
          by = byOutside ? 'held-out accuracy' : 'the share of right solutions';
          numbers = byOutside
            ? [from, reward.now, (heldOutFirst[0] + heldOutFirst[1]) / 2, heldOut.mean]
            : [from, reward.now, right[than], right.now];
          const what = inTraining === null ? reward : between;
          since = what.recent.roseAbove((what[than] + what.now) / 2);
          break;
        }
        spell.see(step, isSo, since);
      },
      judgement: () => {
        if (seen === 0) return unjudged('rewards are not recorded', 'rewards of solutions, or the metric reward/mean');
        if (second === 0)
          return seen < 2 * window
            ? unjudged(`it takes ${window} steps, and ${leastHeldOut} held-out measurements or right answers`)
            : unjudged(
                'there is no second measure beside the reward',
                'held-out accuracy (accuracy/held_out), or `correct` of each solution by a checker that the reward is not made of',
              );
        if (spell.onset === null) return healthy('where the reward rose, right answers did');
        const share = spell.steps / seen;
        const [r0, r1, s0, s1] = numbers;
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence: `the reward rose from ${significant(r0)} to ${significant(r1)}, ${by} went from ${significant(s0)} to ${significant(s1)}`,
          cost: { share, text: `in ${percent(share)} of the steps the reward paid for something else` },
          advice:
            'Read the best paid solutions of the newest steps; take the term that rose out of the reward, or have it checked; a larger β from a checkpoint before the onset.',
          doors: [{ step: spell.onset }],
        };
      },
    };
  },
};

/** A curve's last window beside its first values and those before the window. NaN as long as there are none. */
class Against {
  private readonly start = new Recent(compared);
  private readonly long = new Recent(window + compared);
  readonly recent = new Recent();

  add(step: number, value: number): void {
    if (!this.start.full) this.start.add(step, value);
    this.long.add(step, value);
    this.recent.add(step, value);
  }

  get full(): boolean {
    return this.recent.full;
  }

  get now(): number {
    return this.recent.mean;
  }

  get first(): number {
    return this.start.mean;
  }

  get before(): number {
    return this.long.full ? this.long.oldest(compared) : NaN;
  }
}
