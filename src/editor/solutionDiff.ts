/** Which of two solutions stands on which side of VS Code's diff editor, and what the editor says above them. Pure. */
import type { SolutionDetail } from '../store/views.js';
import { signed, significant } from '../core/format.js';

export type DiffSide = Pick<SolutionDetail, 'index' | 'advantage' | 'reward' | 'correct'>;
/** Which group a side is of, where the two are of several. */
export type DiffPlace = Pick<SolutionDetail, 'step' | 'group' | 'runName'>;

/** VS Code paints left red and right green: right is what is reinforced more (or, without advantages, rewarded more). */
export function diffSides<S extends DiffSide>(a: S, b: S): { left: S; right: S; by: 'advantage' | 'reward' | null } {
  for (const by of ['advantage', 'reward'] as const) {
    const [x, y] = [a[by], b[by]];
    if (x !== null && y !== null && x !== y) return x < y ? { left: a, right: b, by } : { left: b, right: a, by };
  }
  return { left: a, right: b, by: null };
}

/** `red: solution 3 ✕ Â −0.775, reward 0 ↔ green: solution 6 ✓ Â +1.29, reward 1 · group 10 · step 500 · arith-grpo-1` */
export function diffTitle(a: DiffSide & DiffPlace, b: DiffSide & DiffPlace): string {
  const { left, right, by } = diffSides(a, b);
  const why = by === null ? ' (neither did better)' : ` (more ${by})`;
  const isOneRun = a.runName === b.runName;
  const isOneGroup = isOneRun && a.step === b.step && a.group === b.group;
  const text = (side: DiffSide & DiffPlace): string =>
    isOneGroup ? sideText(side) : `${sideText(side)} (${placeText(side)}${isOneRun ? '' : ` · ${side.runName}`})`;
  return `red: ${text(left)} ↔ green: ${text(right)}${why}${isOneGroup ? ` · ${placeText(a)}` : ''}${isOneRun ? ` · ${a.runName}` : ''}`;
}

const placeText = ({ step, group }: DiffPlace): string => `group ${group + 1} · step ${step}`;

function sideText({ index, correct, advantage, reward }: DiffSide): string {
  const verdict = correct === null ? '' : correct ? ' ✓' : ' ✕';
  const numbers = [advantage === null ? '' : `Â ${signed(advantage)}`, reward === null ? '' : `reward ${significant(reward)}`].filter(
    Boolean,
  );
  return `solution ${index + 1}${verdict}${numbers.length > 0 ? ` ${numbers.join(', ')}` : ''}`;
}
