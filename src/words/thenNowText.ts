/** Two ranges of steps beside each other, in a person's words. */
import type { MeanInterval } from '../core/estimators.js';
import { count, percent, significant } from '../core/format.js';
import type { PhraseOrder } from '../core/thenNow/phraseChange.js';
import { termShares } from '../core/thenNow/termShares.js';
import { rangeText, type Pair, type StepRange } from '../core/thenNow/stepRange.js';
import type { Turning } from '../core/thenNow/turnedQuestions.js';
import type { RangeFacts, ThenNow, ThenNowTexts } from '../store/views.js';

/** `steps 1 to 50` */
export const stepsText = ({ from, to }: StepRange): string =>
  from === to ? `step ${from.toLocaleString('en-US')}` : `steps ${from.toLocaleString('en-US')} to ${to.toLocaleString('en-US')}`;

const points = (share: number): string => significant(100 * share);
const plus = (share: number): string => `${share > 0 ? '+' : ''}${points(share)}`;

/** A difference of two shares: `+38 points`. */
export const pointsText = (difference: number): string => `${plus(difference)} ${Math.abs(difference) === 0.01 ? 'point' : 'points'}`;

/** Its 95 % interval: `+35 to +41`. */
export const pointsInterval = ({ low, high }: MeanInterval): string => `${plus(low)} to ${plus(high)}`;

/** `2 % → 41 %`; – where it is not known. */
export const fromTo = ([then, now]: Pair<number | null>, text: (value: number | null) => string = percent): string =>
  `${text(then)} → ${text(now)}`;

export const rightShare = ({ judged, right }: Pick<RangeFacts, 'judged' | 'right'>): number | null => (judged > 0 ? right / judged : null);

export const turningWords: Record<Turning, string> = {
  'wrong to right': 'wrong → right',
  'right to wrong': 'right → wrong',
  'right in both': 'right in both',
  'wrong in both': 'wrong in both',
  'not judged': 'not judged in both',
  'only then': 'in the first range only',
  'only now': 'in the second range only',
};

/** `12 wrong → right, 2 right → wrong, 30 right in both`: what there is none of is left out, but for the first two. */
export const turningsText = (counts: readonly (readonly [Turning, number])[]): string =>
  counts
    .filter(([kind, n], i) => n > 0 || (i < 2 && kind !== 'not judged'))
    .map(([kind, n]) => `${n.toLocaleString('en-US')} ${turningWords[kind]}`)
    .join(', ');

/** What is left out, and what cannot be compared. */
export function rangeNotes({ facts }: Pick<ThenNow, 'facts'>): string[] {
  const [then, now] = facts;
  const notes: string[] = [];
  const evaluations = then.evaluationGroups + now.evaluationGroups;
  if (evaluations > 0) notes.push(`${count(evaluations, 'group')} of evaluations left out: they were not trained on.`);
  if (then.range.run === now.range.run && then.range.from <= now.range.to && now.range.from <= then.range.to)
    notes.push(
      `The ranges share ${stepsText({ from: Math.max(then.range.from, now.range.from), to: Math.min(then.range.to, now.range.to) })}.`,
    );
  if (then.range.run !== now.range.run) notes.push('Questions of the two runs are the same where their ids are.');
  for (const { judged, solutions, range } of facts)
    if (judged > 0 && judged < solutions)
      notes.push(`Of ${stepsText(range)}, ${judged.toLocaleString('en-US')} of ${count(solutions, 'solution')} were judged.`);
  return notes;
}

export interface TermRow {
  term: string;
  share: Pair<number | null>;
}

export const termRows = ({ facts, terms }: Pick<ThenNow, 'facts' | 'terms'>): TermRow[] => {
  const [then, now] = facts.map((f) => termShares(terms, f.terms).shares);
  return terms.map((term, k) => ({ term, share: [then[k], now[k]] }));
};

export function termNotes({ facts, terms, moreTerms }: Pick<ThenNow, 'facts' | 'terms' | 'moreTerms'>): string[] {
  if (facts.every((f) => f.advantageGroups === 0))
    return ['No group has an advantage for each of its solutions: what carries them is unknown.'];
  if (terms.length === 0) return ['No reward terms are recorded beside the total: which of them carries the advantages is unknown.'];
  const notes: string[] = [];
  const each = facts.map((f) => ({ facts: f, ...termShares(terms, f.terms) }));
  if (each.some(({ assumed }) => assumed)) notes.push('The weights are not recorded; with 1 for each the terms add up to the reward.');
  for (const { facts: f, shares } of each) {
    const where = stepsText(f.range);
    if (f.advantageGroups === 0) notes.push(`No advantage is known in ${where}.`);
    else if (shares.every((share) => share === null))
      notes.push(`In ${where} the weights of the terms are not recorded, and as they are they do not add up to the reward.`);
    else if (f.advantageGroups < f.groups)
      notes.push(
        `Of ${f.advantageGroups.toLocaleString('en-US')} of ${count(f.groups, 'group')} in ${where}: the others have solutions without an advantage.`,
      );
  }
  const unweighted = terms.filter((_, k) => each.some(({ shares }) => shares[k] === null && shares.some((share) => share !== null)));
  if (unweighted.length > 0) notes.push(`No weight is recorded of ${unweighted.join(', ')}: how much of it they carry is unknown.`);
  if (moreTerms > 0) notes.push(`${count(moreTerms, 'further term')} with smaller parts.`);
  return notes;
}

/** How many solutions were read, and how they were chosen. */
export function readNotes({ read, all, most, timeUp, cut, longestText, ofTurns, lost }: ThenNowTexts): string[] {
  const whole = ([0, 1] as const).every((side) => read[side].solutions === all[side].solutions);
  const part = (side: 0 | 1): string =>
    `${read[side].solutions.toLocaleString('en-US')} of ${count(all[side].solutions, 'solution')} (${read[side].groups.toLocaleString('en-US')} of ${count(all[side].groups, 'group')})`;
  const notes = whole
    ? [`All ${count(all[0].solutions + all[1].solutions, 'solution')} of both ranges were read.`]
    : [
        `Read: ${part(0)} of the first range, ${part(1)} of the second; of each at most ${most.toLocaleString('en-US')}, from groups that are equally far apart: the same ones each time.`,
      ];
  if (timeUp) notes.push('Time was up before all of these were read; what was read is spread over both ranges.');
  if (cut > 0) notes.push(`Of ${count(cut, 'solution')} the first ${longestText.toLocaleString('en-US')} characters were read.`);
  if (ofTurns > 0) notes.push(`Of ${count(ofTurns, 'solution')} with turns what the model wrote.`);
  if (lost > 0)
    notes.push(
      `There were more phrases than are remembered: those that the fewest solutions have were dropped, and a count may be too small by up to ${lost.toLocaleString('en-US')}.`,
    );
  return notes;
}

/** What an interval of a phrase says, and what not. */
export const phraseMeaning =
  'A phrase is one to four words behind each other, counted once for each solution. Intervals are 95 %, and take solutions of one group as being alike as they are; of many phrases some change by chance.';

/** There is no row of phrases. */
export const noPhrases =
  'None of those that at least five solutions have, and one in a hundred of a range, changed by more than chance may explain.';

/** Phrases beyond those that are listed; '' where there are none. */
export const furtherText = (others: number, order: PhraseOrder): string =>
  others === 0
    ? ''
    : `${count(others, 'further phrase')} ${order === 'change' ? 'that changed less, or of which less is certain' : 'whose share grows less with advantage, or of which less is certain'}`;

export const slopeMeaning = 'How much larger the share of solutions with the phrase is for one more unit of advantage, over both ranges';

/** `120–140 tokens`, `300 tokens or more` */
export const bandText = ({ from, to }: { from: number; to: number | null }): string =>
  to === null
    ? `${from.toLocaleString('en-US')} or more`
    : to === from + 1
      ? from.toLocaleString('en-US')
      : `${from.toLocaleString('en-US')}–${(to - 1).toLocaleString('en-US')}`;

/** Steps as a filter has them. */
export const stepsFilter = (range: StepRange): string => `step in ${rangeText(range)}`;
