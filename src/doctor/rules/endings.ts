import { percent } from '../../core/format.js';
import { healthy, unjudged } from '../judgement.js';
import type { Rule } from '../rule.js';
import { Examples, RecentShare, Spell, window } from '../windows.js';

/** Source: miles. verl's guide looks from 0.1 on. */
const mostTruncated = 0.25;
const noteTruncated = 0.1;
/** Of all solutions, `length` though shorter than the cap. Source: the project's table. */
const mostShort = 0.01;
/** So many solutions before a share is one. Ours. */
const leastSolutions = 50;

/** Solutions cut at the token limit. */
export const truncation: Rule = {
  id: 'truncated',
  name: 'Truncated solutions',
  needs: '`finish` of each solution, or the metric length/truncated',
  keeps: '20 sums, 6 counts, 5 addresses',
  consequences: ['starved-groups', 'length-explosion', 'repetition', 'grader'],
  begin: () => {
    const recent = new RecentShare();
    const spell = new Spell();
    let [cut, ended] = [0, 0];
    // Rewarded above 0, of those cut and of the others.
    const paid = { cut: 0, whole: 0 };
    const of = { cut: 0, whole: 0 };
    return {
      group: ({ group, solutions }, step) => {
        for (const [solution, s] of solutions.entries()) {
          if (s.finish === 'other') continue;
          const which = s.finish === 'length' ? 'cut' : 'whole';
          if (which === 'cut') spell.examples.add({ step, group, solution });
          if (s.reward === null) continue;
          of[which]++;
          if (s.reward > 0) paid[which]++;
        }
      },
      step: ({ step, series }, sums) => {
        const known = sums.ended > 0;
        const share = known ? sums.truncated / sums.ended : (series.truncated ?? NaN);
        if (!Number.isFinite(share)) return;
        const weight = known ? sums.ended : 1;
        cut += share * weight;
        ended += weight;
        recent.add(step, share * weight, weight);
        if (recent.length >= window) spell.see(step, recent.share >= mostTruncated, recent.firstBeyond(mostTruncated));
      },
      judgement: () => {
        if (ended === 0)
          return unjudged('how solutions ended is not recorded', '`finish` of each solution, or the metric length/truncated');
        if (spell.judged === 0) return unjudged(`it takes ${window} steps`);
        const share = cut / ended;
        if (spell.onset === null) {
          const note = share > noteTruncated ? `, above the ${percent(noteTruncated)} from which verl’s guide looks` : '';
          return healthy(`${percent(share)} truncated (threshold ${percent(mostTruncated)}${note})`);
        }
        const unpaid = of.cut >= leastSolutions && paid.cut === 0 && paid.whole > 0;
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence:
            `${percent(mostTruncated)} or more of the solutions of ${window} steps were cut at the token limit, ${percent(share)} of the run’s` +
            (unpaid ? '; none of them was paid, so the reward punishes length alone' : ''),
          cost: { share, text: `${percent(share)} of the solutions were cut before they could answer` },
          advice: 'A higher sampling.max_tokens, a shorter way to answer, or no loss on truncated solutions.',
          doors: spell.examples.doors,
        };
      },
    };
  },
};

/** Solutions that count as cut though they are shorter than the cap: an end token that nobody counts. */
export const endToken: Rule = {
  id: 'end-token',
  name: 'End token not counted',
  needs: 'the cap (`sampling.max_tokens` in run.json), `finish` and `tokens` of each solution',
  keeps: '2 counts, 5 addresses, the ends of 64 texts',
  consequences: ['truncated', 'starved-groups', 'length-explosion'],
  begin: ({ cap }) => {
    const spell = new Spell(1, new Examples());
    const tails: string[] = [];
    let [short, known] = [0, 0];
    let [shortHere, knownHere] = [0, 0];
    return {
      group: ({ group, solutions }, step) => {
        for (const [solution, s] of solutions.entries()) {
          if (s.finish === 'other' || s.tokens <= 0) continue;
          knownHere++;
          if (s.finish !== 'length' || cap === null || s.tokens >= cap) continue;
          shortHere++;
          spell.examples.add({ step, group, solution });
          if (s.text !== undefined && tails.length < mostTails) tails.push(s.text.slice(-longestTail));
        }
      },
      step: ({ step }) => {
        if (knownHere > 0) spell.see(step, shortHere / knownHere > mostShort);
        short += shortHere;
        known += knownHere;
        shortHere = knownHere = 0;
      },
      judgement: () => {
        if (cap === null) return unjudged('the cap on tokens is not recorded', '`sampling.max_tokens` in run.json');
        if (known === 0)
          return unjudged('how long solutions are and how they ended is not recorded', '`finish` and `tokens` of each solution');
        const share = short / known;
        if (known < leastSolutions) return unjudged(`it takes ${leastSolutions} solutions`);
        if (spell.onset === null || share <= mostShort)
          return healthy(`${percent(share)} count as cut below the cap of ${cap} tokens (threshold ${percent(mostShort)})`);
        const tail = commonEnd(tails);
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence:
            `${percent(share)} of the solutions count as cut at the limit though they have fewer than ${cap} tokens` +
            (tail === '' ? '' : `; most end with ${JSON.stringify(tail)}`),
          cost: { share, text: `${percent(share)} of the solutions are treated as truncated and were not` },
          advice:
            'Count every end-of-sequence id of the model’s generation config (and the chat template’s) as an end, in sampling and in the loss mask.',
          doors: spell.examples.doors,
        };
      },
    };
  },
};

const mostTails = 64;
const longestTail = 32;
/** Shorter ends are common by chance. Ours. */
const shortestTail = 3;

/** The longest end that more than half of the texts have; empty where there is none. */
function commonEnd(tails: readonly string[]): string {
  for (let length = longestTail; length >= shortestTail; length--) {
    const times = new Map<string, number>();
    for (const tail of tails) {
      const end = tail.slice(-length);
      if (end.length < length) continue;
      times.set(end, (times.get(end) ?? 0) + 1);
      if (times.get(end)! > tails.length / 2) return end;
    }
  }
  return '';
}
