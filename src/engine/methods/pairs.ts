import { isRight, type SampledGroup } from '../samples.js';

/** Indices of a right and a wrong solution of the same question, counted through the groups. */
export type Pair = readonly [right: number, wrong: number];

/** Each right solution of a group beside a wrong one, as far as they go. Groups that are all right or all wrong give none. */
export function pairsOf(groups: readonly SampledGroup[]): Pair[] {
  let first = 0;
  return groups.flatMap(({ solutions }) => {
    const of = (right: boolean) => solutions.flatMap((s, i) => (isRight(s) === right ? [first + i] : []));
    const [rights, wrongs] = [of(true), of(false)];
    first += solutions.length;
    return rights.slice(0, wrongs.length).map((right, i): Pair => [right, wrongs[i]]);
  });
}
