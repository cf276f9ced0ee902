import { isRight, type SampledGroup } from '../samples.js';

/** Indices of a right and a wrong solution of the same question, counted through the groups. */
export type Pair = readonly [right: number, wrong: number];

/** Each right solution of a group beside a wrong one, as far as they go. Groups that are all right or all wrong give none. */
export const pairsOf = (groups: readonly SampledGroup[]): Pair[] => pairsAmong(groups.map(({ solutions }) => solutions.map(isRight)));

/** @param groups which solutions of each are right */
export function pairsAmong(groups: readonly (readonly boolean[])[]): Pair[] {
  let first = 0;
  return groups.flatMap((solutions) => {
    const of = (right: boolean) => solutions.flatMap((isRight, i) => (isRight === right ? [first + i] : []));
    const [rights, wrongs] = [of(true), of(false)];
    first += solutions.length;
    return rights.slice(0, wrongs.length).map((right, i): Pair => [right, wrongs[i]]);
  });
}
