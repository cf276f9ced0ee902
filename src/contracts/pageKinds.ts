/** Which pages there are and what can be asked of each. No schema here: the extension reads this when it starts. */
import { workspacePages, type Address, type RunAddress, type WorkspacePage } from '../protocol/address.js';

const runPages = [
  'dashboard',
  'groups',
  'group',
  'solution',
  'disagreements',
  'timeline',
  'doctor',
  'question',
  'tokens',
  'then-now',
] as const;
export type RunPageKind = (typeof runPages)[number];
export type PageKind = RunPageKind | WorkspacePage;
export const pageKinds: readonly PageKind[] = [...runPages, ...(Object.keys(workspacePages) as WorkspacePage[])];

/** The page that shows an address. */
export const kindOf = (a: Address): PageKind => ('page' in a ? a.page : runPageOf(a));

export function runPageOf(a: RunAddress): RunPageKind {
  if (a.grades !== undefined) return 'disagreements';
  if (a.doctor) return 'doctor';
  if (a.timeline) return 'timeline';
  if (a.thenNow) return 'then-now';
  if (a.questions) return 'question';
  if (a.tokens) return 'tokens';
  if (a.solution !== undefined) return 'solution';
  if (a.group !== undefined) return 'group';
  return a.step === undefined ? 'dashboard' : 'groups';
}

/** What a key press (or a title button) asks of the page; the host owns the key bindings, so that people can change them. */
export const pageActions = [
  'next', // j: next solution, group or step, whatever the page lists
  'previous', // k
  'nextGroup', // l
  'previousGroup', // h
  'nextStep', // ]
  'previousStep', // [
  'open', // Enter
  'search', // /
  'heat1', // 1…5: advantage, log-prob, KL, ratio, entropy
  'heat2',
  'heat3',
  'heat4',
  'heat5',
  'select', // x
  'export', // e
  'bookmark', // b
  'label', // L
  'diff', // d
  'question', // q: the question over training
  'tokens', // w: the worst tokens
  'find', // f: the solutions that are pointed at
  'thenNow', // t: then and now
  'help', // ?
] as const;
export type PageAction = (typeof pageActions)[number];

/** Where a key leads from every page: the host goes there. */
export const pageMoves = ['back', 'forward', 'up'] as const;
export type PageMove = (typeof pageMoves)[number];

/** The key of each, as a person reads it; none where none is bound. */
export type PageKeys = Partial<Record<PageAction | PageMove, string>>;
