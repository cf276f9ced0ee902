/** What the conditions on groups say of their solutions, in the language of filters. Pure. */
import type { Failure } from '../../src/core/failures.js';
import { allOf, isNumber, isText, isTrue, notText } from '../../src/query/condition.js';
import type { Filter, GroupOutcome, Trait } from './filter.js';

const outcomeNames: Record<GroupOutcome, string> = { mixed: 'mixed', 'all right': 'right', 'all wrong': 'wrong' };
/** Whether rows are an evaluation's the language does not know: left out. */
const traitConditions: Partial<Record<Trait, string>> = { 'no signal': notText({ kind: 'flag', property: { name: 'group.signal' } }) };
/** Of the solutions that failed, not of their whole group. */
const failureConditions: Record<Failure, string> = {
  errors: isTrue('failed'),
  'tool-failures': isNumber('tool_errors', '>', 0),
  truncated: isTrue('truncated'),
  'wrong-paid': allOf(notText({ kind: 'flag', property: { name: 'correct' } }), isNumber('reward', '>', 0)),
};

/** @returns undefined where no condition is one of the language; lengths and words of the list are of groups as they are listed, and left out */
export function solutionCondition({ outcomes, traits, failures }: Filter): string | undefined {
  const kinds = outcomes.map((o) => isText('group.outcome', outcomeNames[o]));
  const conditions = [
    kinds.length > 1 ? `(${kinds.join(' or ')})` : kinds.at(0),
    ...traits.map((t) => traitConditions[t]),
    ...failures.map((f) => failureConditions[f]),
  ].filter((c) => c !== undefined);
  return conditions.length === 0 ? undefined : allOf(...conditions);
}
