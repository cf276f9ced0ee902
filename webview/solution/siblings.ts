/** The other solutions of a group as entries of a menu: what one would compare with comes first, and says what it is. Pure. */
import type { Sibling, SolutionDetail } from '../../src/store/views.js';
import { signed, significant } from '../../src/core/format.js';

export interface SiblingChoice {
  index: number;
  label: string;
}

type Among = Pick<SolutionDetail, 'siblings' | 'otherVerdict' | 'bestOther' | 'correct'>;

export function siblingChoices({ siblings, otherVerdict, bestOther, correct }: Among): { first: SiblingChoice[]; rest: SiblingChoice[] } {
  const name = (index: number): string => {
    const found = siblings.find((s) => s.index === index);
    return found ? siblingText(found) : `${index + 1}`;
  };
  const first: SiblingChoice[] = [];
  if (otherVerdict !== null)
    first.push({ index: otherVerdict, label: `nearest ${correct === true ? 'wrong' : 'right'} one: ${name(otherVerdict)}` });
  if (bestOther !== null) first.push({ index: bestOther, label: `best of the others: ${name(bestOther)}` });
  return { first, rest: siblings.map((s) => ({ index: s.index, label: siblingText(s) })) };
}

/** What the key compares with: the nearest of the other verdict, else the best of the others. */
export const usualSibling = ({ otherVerdict, bestOther }: Among): number | null => otherVerdict ?? bestOther;

/** `3 ✕ Â −0.775`; without an advantage its reward. */
function siblingText({ index, correct, advantage, reward }: Sibling): string {
  const verdict = correct === null ? '' : correct ? ' ✓' : ' ✕';
  const number = advantage !== null ? ` Â ${signed(advantage)}` : reward !== null ? ` reward ${significant(reward)}` : '';
  return `${index + 1}${verdict}${number}`;
}
