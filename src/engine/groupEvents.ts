import { questionId } from '../core/hash.js';
import { encodeF32, encodeU32 } from '../protocol/arrays.js';
import type { EventBody, WireSolution } from '../protocol/events.js';
import type { MeasuredSolution } from './groupMeasures.js';
import { meanOfOwn, type Group } from './methods/method.js';

/** A step's group events, each followed by the traces of its solutions. */
export function* groupEvents(step: number, groups: readonly Group<MeasuredSolution>[]): Generator<EventBody> {
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
    for (const [solution, s] of solutions.entries()) {
      yield {
        type: 'trace',
        step,
        group,
        solution,
        ends: encodeU32(s.ends),
        ids: encodeU32(s.sample.tokens),
        logp_old: encodeF32(s.sample.logp),
        ...(s.logpRef && { logp_ref: encodeF32(s.logpRef) }),
        ...(s.logp && { logp: encodeF32(s.logp) }),
        ...(s.kl && { kl: encodeF32(s.kl) }),
        ...(s.ratio && { ratio: encodeF32(s.ratio) }),
        ...(s.tokenAdvantages && { advantage: encodeF32(s.tokenAdvantages) }),
        entropy: encodeF32(s.sample.entropy),
        // The wire counts from 1, the sampler tells how many tokens were likelier.
        rank: encodeU32(s.sample.rank.map((likelier) => likelier + 1)),
      };
    }
  }
}

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
