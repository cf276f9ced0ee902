/** What an address is called: on tabs, in pickers, in bookmarks. */
import type { Address } from '../../protocol/address.js';
import { kindOf } from '../../../webview/shared/kinds.js';

/** `Solution 3 · group 7 · step 42`; the dashboard carries the run's own name. */
export function pageTitle(a: Address, runName: string): string {
  const step = `step ${a.step ?? 0}`;
  const group = `group ${(a.group ?? 0) + 1}`;
  switch (kindOf(a)) {
    case 'solution':
      return `Solution ${(a.solution ?? 0) + 1} · ${group} · ${step}`;
    case 'group':
      return `Group ${(a.group ?? 0) + 1} · ${step}`;
    case 'groups':
      return `Step ${a.step ?? 0} · ${runName}`;
    case 'disagreements':
      return `Disagreements · ${runName}`;
    case 'dashboard':
      return runName;
  }
}

/** The page above: solution → group → step → run; a run has none. */
export function parentOf(a: Address): Address | undefined {
  const { run, step, group } = a;
  switch (kindOf(a)) {
    case 'solution':
      return { run, step: step!, group: group! };
    case 'group':
      return { run, step: step! };
    case 'groups':
    case 'disagreements':
      return { run };
    case 'dashboard':
      return undefined;
  }
}

export const sameAddress = (a: Address, b: Address): boolean =>
  a.run === b.run && a.step === b.step && a.group === b.group && a.solution === b.solution && a.grades === b.grades;
