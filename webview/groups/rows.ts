/** Which groups a person sees, and in which order. Pure. */
import { naturally } from '../../src/core/naturalOrder.js';
import type { GroupSummary } from '../../src/store/views.js';

export const filters = ['all', 'mixed', 'all right', 'all wrong', 'no signal'] as const;
export type Filter = (typeof filters)[number];

export const columns = ['group', 'question', 'right', 'reward', 'std', 'length', 'kl'] as const;
export type Column = (typeof columns)[number];

export interface Sorting {
  column: Column;
  descending: boolean;
}

export const passes: Record<Filter, (g: GroupSummary) => boolean> = {
  all: () => true,
  mixed: (g) => g.correct !== null && g.correct > 0 && g.correct < g.size,
  'all right': (g) => g.correct === g.size,
  'all wrong': (g) => g.correct === 0,
  'no signal': (g) => g.zeroStd,
};

/** Groups that pass the filter and whose question or gold answer holds every word of the search, sorted; ties keep the step's order. */
export function rowsOf(groups: readonly GroupSummary[], filter: Filter, search: string, { column, descending }: Sorting): GroupSummary[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = groups.filter((g) => {
    if (!passes[filter](g)) return false;
    const text = `${g.asked.text}\n${g.gold ?? ''}`.toLowerCase();
    return words.every((w) => text.includes(w));
  });
  const sign = descending ? -1 : 1;
  return found.sort((a, b) => sign * compare(a, b, column) || a.group - b.group);
}

/** A column one looks at for its largest values begins with them. */
export const firstDescending = (column: Column): boolean => column !== 'group' && column !== 'question';

function compare(a: GroupSummary, b: GroupSummary, column: Column): number {
  if (column === 'question') return naturally(a.asked.text, b.asked.text);
  // What is unknown stands below everything known.
  const [x, y] = [valueOf(a, column) ?? -Infinity, valueOf(b, column) ?? -Infinity];
  return x < y ? -1 : x > y ? 1 : 0;
}

function valueOf(g: GroupSummary, column: Exclude<Column, 'question'>): number | null {
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
