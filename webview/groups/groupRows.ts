/** In which order groups are listed. Pure. */
import { naturally } from '../../src/core/naturalOrder.js';
import type { GroupSummary } from '../../src/store/views.js';

export const columns = ['group', 'question', 'gold', 'right', 'reward', 'std', 'length', 'kl'] as const;
export type Column = (typeof columns)[number];

/** What a heading says, and the menu that stands for the headings where rows take two lines. */
export const columnLabels: Record<Column, string> = {
  group: '#',
  question: 'Question',
  gold: 'Gold',
  right: 'Right',
  reward: 'Reward',
  std: '± std',
  length: 'Length',
  kl: 'KL',
};

export interface Sorting {
  column: Column;
  descending: boolean;
}

/** Sorted; ties keep the step's order. */
export function sorted(groups: readonly GroupSummary[], { column, descending }: Sorting): GroupSummary[] {
  const sign = descending ? -1 : 1;
  return groups.toSorted((a, b) => sign * compare(a, b, column) || a.group - b.group);
}

/** A column one looks at for its largest values begins with them. */
export const firstDescending = (column: Column): boolean => column !== 'group' && column !== 'question' && column !== 'gold';

function compare(a: GroupSummary, b: GroupSummary, column: Column): number {
  if (column === 'question') return naturally(a.questionPreview.text, b.questionPreview.text);
  if (column === 'gold') return naturally(a.gold ?? '', b.gold ?? '');
  // What is unknown stands below everything known.
  const [x, y] = [valueOf(a, column) ?? -Infinity, valueOf(b, column) ?? -Infinity];
  return x < y ? -1 : x > y ? 1 : 0;
}

function valueOf(g: GroupSummary, column: Exclude<Column, 'question' | 'gold'>): number | null {
  switch (column) {
    case 'group':
      return g.group;
    case 'right':
      return g.correct === null ? null : g.correct / g.size;
    case 'reward':
      return g.rewardMean;
    case 'std':
      return g.rewardStd;
    case 'length':
      return g.lengthMean;
    case 'kl':
      return g.klMean;
  }
}
