import { count, duration, percent } from '../../core/format.js';
import { healthy, unjudged } from '../judgement.js';
import type { Rule } from '../rule.js';
import { median, RecentShare, Spell } from '../windows.js';

/** Empty or errored rollouts. Source: prime-rl. */
const mostFailing = 0.05;
const leastSolutions = 20;

/** Episodes that end in an error, or empty. */
export const failingEnvironment: Rule = {
  id: 'failing-environment',
  name: 'Failing environment',
  needs: '`error` of solutions that failed, and texts',
  keeps: '5 sums, 2 counts, 5 addresses',
  consequences: ['starved-groups', 'grader'],
  begin: () => {
    const recent = new RecentShare(5);
    const spell = new Spell();
    let [here, solutions, failed, empty, all] = [0, 0, 0, 0, 0];
    return {
      group: ({ group, solutions: members }, step) => {
        for (const [solution, { error, text }] of members.entries()) {
          const isEmpty = text?.trim() === '';
          solutions++;
          if (isEmpty) empty++;
          if (!error && !isEmpty) continue;
          here++;
          spell.examples.add({ step, group, solution });
        }
      },
      step: ({ step }) => {
        if (solutions > 0) {
          recent.add(step, here, solutions);
          if (recent.of >= leastSolutions) spell.see(step, recent.share > mostFailing, recent.firstBeyond(mostFailing));
        }
        failed += here;
        all += solutions;
        here = solutions = 0;
      },
      judgement: () => {
        if (all === 0) return unjudged('solutions are not recorded', 'solutions, with `error` where an episode failed');
        if (all < leastSolutions) return unjudged(`it takes ${leastSolutions} solutions`);
        const share = failed / all;
        if (spell.onset === null) return healthy(`${percent(share)} errored or empty (threshold ${percent(mostFailing)})`);
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence: `${percent(share)} of the solutions ended in an error or are empty (${count(empty, 'empty one')}; threshold ${percent(mostFailing)})`,
          cost: { share, text: `${percent(share)} of the solutions say nothing of the policy` },
          advice:
            'Read the errors below: time limits, tools, the engine’s context; leave failed episodes out of their group instead of paying them 0.',
          doors: spell.examples.doors,
        };
      },
    };
  },
};

/** An open phase, by the median step, and in seconds. Source: miles. */
const timesMedian = 6;
const leastSeconds = 30 * 60;
/** Durations of steps that the median is of. */
const durations = 100;

/** Nothing comes any more, or nothing came for long. */
export const stall: Rule = {
  id: 'stall',
  anyRun: true,
  name: 'Stall',
  needs: 'the times of steps (every trainer’s events have them; an import’s files may not)',
  keeps: `${durations} durations`,
  begin: ({ live }) => {
    const recent: number[] = [];
    const spell = new Spell();
    let [before, lastStep, steps, lost, whole] = [NaN, NaN, 0, 0, 0];
    const limit = (): number => Math.max(leastSeconds, timesMedian * median(recent));
    return {
      step: ({ step, time }) => {
        if (time === null) return;
        const seconds = (time - before) / 1000;
        before = time;
        lastStep = step;
        steps++;
        if (!(seconds >= 0)) return;
        whole += seconds;
        if (recent.length >= 5) {
          const isSo = seconds > limit();
          if (isSo) {
            lost += seconds;
            spell.examples.add({ step });
          }
          spell.see(step, isSo);
        }
        recent.push(seconds);
        if (recent.length > durations) recent.shift();
      },
      judgement: (now) => {
        if (steps === 0) return unjudged('when steps ended is not recorded', 'events at the time they happen');
        if (recent.length < 5) return unjudged('it takes 6 steps');
        const open = live ? (now - before) / 1000 : 0;
        if (open > limit()) {
          const share = open / (open + whole);
          return {
            state: 'sick',
            onset: lastStep,
            until: null,
            evidence: `no step since step ${lastStep}, for ${duration(open)}; a step takes ${duration(median(recent))}`,
            cost: { share, text: `${percent(share)} of the time so far` },
            advice:
              'See the log and the timeline for the phase that is open; a collective that waits for a dead rank, a tool without a time limit, a full disk.',
            doors: [{ step: lastStep }],
          };
        }
        if (spell.onset === null)
          return healthy(`no step took more than ${timesMedian} times the usual ${duration(median(recent))} and ${duration(leastSeconds)}`);
        const share = lost / whole;
        return {
          state: 'sick',
          onset: spell.onset,
          until: spell.until,
          evidence: `${count(spell.steps, 'step')} took more than ${timesMedian} times the usual ${duration(median(recent))}, ${duration(lost)} together`,
          cost: { share, text: `${percent(share)} of the time` },
          advice: 'See the timeline for the phase that was open; a run that was stopped and resumed shows so, too.',
          doors: spell.examples.doors,
        };
      },
    };
  },
};
