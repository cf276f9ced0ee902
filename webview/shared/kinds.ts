/** Which pages there are and what can be asked of each. No schema here: the extension reads this when it starts. */
import type { Address } from '../../src/protocol/address.js';

export const pageKinds = ['dashboard', 'groups', 'group', 'solution', 'disagreements'] as const;
export type PageKind = (typeof pageKinds)[number];

/** The page that shows an address. */
export function kindOf(a: Address): PageKind {
  if (a.grades !== undefined) return 'disagreements';
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
  'bookmark', // b
  'diff', // d
  'help', // ?
] as const;
export type PageAction = (typeof pageActions)[number];
