import { questionId } from '../core/hash.js';
import { allEqual } from '../core/stats.js';
import type { TraceSettings } from '../experiment/schema.js';
import { encodeTrace } from '../protocol/encodeTrace.js';
import type { EventBody, WireSolution } from '../protocol/events.js';
import type { MeasuredSolution } from './groupMeasures.js';
import { meanOfOwn, type Group } from './methods/method.js';

/** A step's group events, each followed by the traces of its solutions where the experiment wants them. */
export function* groupEvents(step: number, groups: readonly Group<MeasuredSolution>[], traces: TraceSettings): Generator<EventBody> {
  for (const [group, { task, solutions }] of groups.entries()) {
    yield {
      type: 'group',
      step,
      group,
      question_id: questionId(task.question),
      question: task.question,
      gold: task.answer,
      solutions: solutions.map(wireSolution),
      info: { ...(task.level > 0 && { level: task.level }), kind: task.kind, ...(task.type !== undefined && { type: task.type }) },
    };
    if (!hasTraces(step, solutions, traces)) continue;
    for (const [solution, s] of solutions.entries()) {
      yield {
        type: 'trace',
        step,
        group,
        solution,
        ...encodeTrace({
          ends: s.ends,
          ids: s.sample.tokens,
          logpOld: s.sample.logp,
          entropy: s.sample.entropy,
          // The wire counts from 1, the sampler tells how many tokens were likelier.
          rank: Array.from(s.sample.rank, (likelier) => likelier + 1),
          ...(s.logpRef && { logpRef: s.logpRef }),
          // KL and ratio follow from log-probabilities. Without an update KL is of the policy that sampled.
          ...(s.logp ? { logp: s.logp } : s.kl && { kl: s.kl }),
          ...(s.tokenAdvantages && { advantage: s.tokenAdvantages }),
          ...(s.own && { mask: s.own }),
        }),
      };
    }
  }
}

function hasTraces(step: number, solutions: readonly MeasuredSolution[], { groups, every }: TraceSettings): boolean {
  if (groups === 'none' || step % every !== 0) return false;
  return groups === 'all' || carriesSignal(solutions);
}

/** Whether there is something to learn from a group: its rewards differ, or a critic or a reward of steps tells its tokens apart. */
const carriesSignal = (solutions: readonly MeasuredSolution[]): boolean =>
  !allEqual(solutions.map((s) => s.reward.total)) ||
  solutions.some((s) => (s.advantage ?? 0) !== 0 || s.tokenAdvantages?.some((a) => a !== 0));

function wireSolution(s: MeasuredSolution): WireSolution {
  return {
    text: s.text,
    rewards: s.reward.terms,
    reward: s.reward.total,
    advantage: s.advantage,
    correct: s.grade.verdict === 'equal',
    grade: s.grade,
    finish: s.sample.finish,
    tokens: s.sample.tokens.length,
    kl: s.kl ? meanOfOwn(s.kl, s) : null,
  };
}
