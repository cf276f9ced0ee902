/** Which groups of a step are shown: conditions that hold together. Pure. */
import { z } from 'zod';
import { failures, failureWords, type Failure } from '../../src/core/failures.js';
import type { Narrowing } from '../../src/contracts/groups.js';
import type { GroupSummary } from '../../src/store/views.js';

/** How its solutions came out: a group has one of these at most, and of several chosen ones any will do. */
export const outcomes = ['mixed', 'all right', 'all wrong'] as const;
export type GroupOutcome = (typeof outcomes)[number];

/** What else a group may have: all that are chosen must hold. */
export const traits = ['no signal', 'evaluation', 'trained on'] as const;
export type Trait = (typeof traits)[number];

export const filterSchema = z.object({
  outcomes: z.array(z.enum(outcomes)),
  traits: z.array(z.enum(traits)),
  /** Each of these at least one solution has. */
  failures: z.array(z.enum(failures)),
  /** Mean length in tokens, from and to. */
  shortest: z.number().nullable(),
  longest: z.number().nullable(),
  search: z.string().max(500),
});
export type Filter = z.output<typeof filterSchema>;

export const noFilter: Filter = { outcomes: [], traits: [], failures: [], shortest: null, longest: null, search: '' };

/** What somebody came for, as conditions. */
export function conditionsOf(narrow: Narrowing): Partial<Filter> {
  if (narrow === 'no signal') return { traits: [narrow] };
  return narrow === 'truncated' || narrow === 'errors' ? { failures: [narrow] } : { outcomes: [narrow] };
}

export const passes: Record<GroupOutcome | Trait, (g: GroupSummary) => boolean> = {
  mixed: (g) => g.correct !== null && g.correct > 0 && g.correct < g.size,
  'all right': (g) => g.correct === g.size,
  'all wrong': (g) => g.correct === 0,
  'no signal': (g) => g.zeroStd,
  evaluation: (g) => g.split !== null,
  'trained on': (g) => g.split === null,
};

export const isFiltered = (f: Filter): boolean =>
  f.outcomes.length + f.traits.length + f.failures.length > 0 || f.shortest !== null || f.longest !== null || f.search.trim() !== '';

/** Whether a solution of the group is known to have it. */
const has = (g: GroupSummary, failure: Failure): boolean => (g.failures[failure] ?? 0) > 0;

/** Groups that fulfil every condition, and whose question or gold answer holds every word of the search. A length that is unknown is in no range. */
export function filtered(groups: readonly GroupSummary[], filter: Filter): GroupSummary[] {
  const { outcomes, traits, failures, shortest, longest, search } = filter;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (g: GroupSummary): boolean => {
    if (outcomes.length > 0 && !outcomes.some((o) => passes[o](g))) return false;
    if (!traits.every((t) => passes[t](g))) return false;
    if (!failures.every((f) => has(g, f))) return false;
    if ((shortest !== null || longest !== null) && !(g.lengthMean > 0)) return false;
    if (g.lengthMean < (shortest ?? 0) || g.lengthMean > (longest ?? Infinity)) return false;
    const text = `${g.questionPreview.text}\n${g.gold ?? ''}`.toLowerCase();
    return words.every((w) => text.includes(w));
  };
  return groups.filter(holds);
}

/** The conditions in words: `mixed or all wrong, truncated, 100 to 200 tokens, “pears”`. */
export function filterText({ outcomes, traits, failures, shortest, longest, search }: Filter): string {
  const length =
    shortest !== null && longest !== null
      ? `${shortest} to ${longest} tokens`
      : shortest !== null
        ? `at least ${shortest} tokens`
        : longest !== null
          ? `at most ${longest} tokens`
          : '';
  return [
    outcomes.join(' or '),
    ...traits,
    ...failures.map((f) => failureWords[f]),
    length,
    search.trim() === '' ? '' : `“${search.trim()}”`,
  ]
    .filter(Boolean)
    .join(', ');
}
