/** Which condition narrows a search to a value of a facet. Pure. */
import { isText, isTrue, isUnknown, notText } from '../../src/query/condition.js';
import type { FacetName } from '../../src/store/views.js';

/** Longer answers are counted by their beginning. */
const longestAnswer = 100;

/**
 * @param value as `FacetCounts` has it
 * @returns undefined where no condition says just that
 */
export function facetCondition(name: FacetName, value: string, stepWidth: number): string | undefined {
  if (value === '…') return undefined;
  if (value === '') return isUnknown(name);
  const number = Number(value);
  switch (name) {
    case 'run':
    case 'finish':
      return isText(name, value);
    case 'answer':
      return value.length < longestAnswer ? isText(name, value) : undefined;
    case 'correct':
      return value === 'yes' ? isTrue(name) : notText({ kind: 'flag', property: { name } });
    case 'step':
      return stepWidth === 1 ? `step = ${value}` : `step in ${value}..${number + stepWidth - 1}`;
    case 'tokens':
      return number <= 1 ? `tokens = ${value}` : `tokens in ${value}..${2 * number - 1}`;
    case 'reward':
      return rewardCondition(number);
  }
}

/** The numbers that are this one with two significant digits. Of those in the middle the one farther from 0. */
function rewardCondition(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return `reward = ${value}`;
  const size = Math.abs(value);
  const [digits, exponent] = size.toExponential(1).split('e');
  const digit = 10 ** (Number(exponent) - 1);
  // Just below 1.0 digits are finer: 0.99.
  const [low, high] = [size - (digits === '1.0' ? digit / 20 : digit / 2), size + digit / 2].map((x) => Number(x.toPrecision(4)));
  return value > 0 ? `reward >= ${low} and reward < ${high}` : `reward <= ${-low} and reward > ${-high}`;
}
