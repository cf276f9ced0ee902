/** What an address is called: on tabs, in pickers, in bookmarks. */
import { workspacePages, type Address, type RunAddress } from '../../protocol/address.js';
import { runPageOf } from '../../../webview/shared/kinds.js';

/**
 * `Solution 3 · group 7 · step 42`; the dashboard carries the run's own name. `Memory planner · arith-grpo`.
 * @param runName of the run that the page shows or is about; not used when there is none
 */
export function pageTitle(a: Address, runName: string): string {
  if (!('page' in a)) return runPageTitle(a, runName);
  const title = workspacePages[a.page];
  if (!a.about) return title;
  return `${title} · ${'run' in a.about ? aboutRun(a.about, runName) : a.about.experiment}`;
}

const aboutRun = ({ step }: RunAddress, runName: string): string => (step === undefined ? runName : `${runName}, step ${step}`);

function runPageTitle(a: RunAddress, runName: string): string {
  const step = `step ${a.step ?? 0}`;
  const group = `group ${(a.group ?? 0) + 1}`;
  switch (runPageOf(a)) {
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

/** The page above: solution → group → step → run; a page of the workspace is below what it is about. A run has none. */
export function parentOf(a: Address): RunAddress | undefined {
  if ('page' in a) return a.about && 'run' in a.about ? a.about : undefined;
  const { run, step, group } = a;
  switch (runPageOf(a)) {
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
