/** What two checkers came to, as numbers. Pure. */
import type { Direction, RegradeSummary } from '../../src/store/views.js';
import type { Fact } from '../shared/factList.js';
import { count, significant } from '../../src/core/format.js';

/** The numbers that answer "can these two be used for each other?". */
export function summaryFacts(s: RegradeSummary): Fact[] {
  const judged = s.solutions - s.unjudged;
  const facts: Fact[] = [
    {
      label: 'agree',
      value: share(s.agreeing, judged),
      title: `${s.agreeing.toLocaleString('en-US')} of ${count(judged, 'solution')} that both have judged`,
    },
    {
      label: "Cohen's κ",
      value: significant(s.kappa),
      title: 'Agreement beyond chance: 1 is full agreement, 0 is what chance would give',
    },
    {
      label: 'right',
      value: `${share(s.rightBefore, judged)} → ${share(s.rightNow, s.solutions)}`,
      title: `Counted as right by ${s.original ?? 'the run'}, and by ${s.checker}; undecided counts as wrong`,
    },
    {
      label: 'undecided',
      value: s.undecidedNow.toLocaleString('en-US'),
      title: `Solutions on which ${s.checker} did not decide${s.goldUnreadable === 0 ? '' : `; ${s.goldUnreadable.toLocaleString('en-US')} of them because nothing can read the gold answer`}`,
    },
  ];
  return s.kappa === null ? facts.filter((f) => f.label !== "Cohen's κ") : facts;
}

/** To a tenth of a per cent: checkers that differ by less than one per cent are the interesting ones. */
const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : part === whole ? '100%' : `${Math.min(99.9, (100 * part) / whole).toFixed(1)}%`;

/** Solutions in each direction. */
export const inDirection: Record<Direction, (s: RegradeSummary) => number> = {
  all: (s) => s.rightToWrong + s.wrongToRight + s.undecided + s.rightUnpaid + s.wrongPaid,
  'right to wrong': (s) => s.rightToWrong,
  'wrong to right': (s) => s.wrongToRight,
  undecided: (s) => s.undecided,
  'right, paid nothing': (s) => s.rightUnpaid,
  'wrong, paid': (s) => s.wrongPaid,
  'gold unreadable': (s) => s.goldUnreadable,
};

/** What a reader chooses from: what concerns rewards only where the run has no verdicts of its own, unreadable golds where there are any. */
export const offered = (s: RegradeSummary, chosen: Direction, all: readonly Direction[]): Direction[] =>
  all.filter((d) => d === chosen || !(d in besides) || inDirection[d](s) > 0 || (d !== 'gold unreadable' && s.paidCompared > 0));

const besides = { 'right, paid nothing': true, 'wrong, paid': true, 'gold unreadable': true };

/** What is shown on a button: the arrow reads faster than the word. */
export const directionLabel = (d: Direction): string => d.replace(' to ', ' → ');

/** What one should know besides: quiet, and only when there is something. */
export function remarks(s: RegradeSummary): string[] {
  const sentences = [`${count(s.solutions, 'solution')} graded`];
  if (s.unjudged > 0)
    sentences.push(
      `${s.unjudged.toLocaleString('en-US')} that the run had not judged${s.paidCompared === 0 ? '' : `, ${s.paidCompared.toLocaleString('en-US')} of them compared with what was paid`}`,
    );
  if (s.superseded > 0) sentences.push(`${s.superseded.toLocaleString('en-US')} since taken back by a resumed run`);
  return sentences;
}
