/** A filter with one condition more, or without it. */
import { parse } from './parse.js';
import { print } from './print.js';
import { conjuncts } from './tree.js';

/** What must be true each, as text; undefined where the filter is none. */
function conditionsOf(filter: string): string[] | undefined {
  const { tree } = parse(filter);
  return tree && conjuncts(tree).map((part) => (part.kind === 'or' ? `(${print(part)})` : print(part)));
}

/** Whether all conditions of the one are among those of the other. */
export function hasCondition(filter: string, condition: string): boolean {
  const all = conditionsOf(filter) ?? [];
  return conditionsOf(condition)?.every((one) => all.includes(one)) ?? false;
}

/** The filter, and the condition too; where it has it already, without it. A filter that is none is left as it is. */
export function toggled(filter: string, condition: string): string {
  const [all, some] = [conditionsOf(filter), conditionsOf(condition)];
  if (all === undefined || some === undefined) return filter;
  const left = hasCondition(filter, condition) ? all.filter((one) => !some.includes(one)) : [...all, ...some];
  return left.join(' and ');
}
