/** What an address is called: on tabs, in pickers, in bookmarks. */
import { basename } from 'node:path';
import { oneLine } from '../../core/questionPreview.js';
import { workspacePages, type Address, type RunAddress, type WorkspaceAddress } from '../../protocol/address.js';
import { runPageOf } from '../../contracts/pageKinds.js';

/**
 * `Solution 3 · group 7 · step 42 · arith-grpo-3`: of two runs with the same page the tabs differ. The dashboard is called as its run. `Memory planner · arith-grpo`.
 * @param runName of the run that the page shows or is about; not used when there is none
 */
export function pageTitle(a: Address, runName: string): string {
  if (!('page' in a)) return runPageTitle(a, runName);
  const title = workspacePages[a.page];
  if (a.source !== undefined) return `${title} · ${basename(a.source)}`;
  if (a.page === 'find') return searchTitle(a, runName);
  if (!a.about) return title;
  return `${title} · ${'run' in a.about ? aboutRun(a.about, runName) : a.about.experiment}`;
}

/** `Find "wait" · arith-grpo-3` */
const searchTitle = ({ about, search }: WorkspaceAddress, runName: string): string =>
  [`Find ${oneLine(search?.filter ?? 'solutions', longestName)}`, ...(about ? [shortName(runName)] : [])].join(' · ');

const aboutRun = ({ step }: RunAddress, runName: string): string => (step === undefined ? runName : `${runName}, step ${step}`);

function runPageTitle(a: RunAddress, runName: string): string {
  switch (runPageOf(a)) {
    case 'solution':
      return `${placeTitle(a)} · ${shortName(runName)}`;
    case 'group':
      return `${placeTitle(a)} · ${shortName(runName)}`;
    case 'groups':
      return `${placeTitle(a)} · ${shortName(runName)}`;
    case 'disagreements':
      return `Disagreements · ${runName}`;
    case 'doctor':
      return `Doctor · ${runName}`;
    case 'timeline':
      return a.step === undefined ? `Timeline · ${runName}` : `Timeline · step ${a.step} · ${shortName(runName)}`;
    case 'then-now':
      return `Then and now · ${runName}`;
    case 'question':
      return a.step === undefined ? `Questions · ${runName}` : `Question · ${lowered(placeTitle(a))} · ${shortName(runName)}`;
    case 'tokens':
      return a.step === undefined ? `Worst tokens · ${runName}` : `Worst tokens · ${lowered(placeTitle(a))} · ${shortName(runName)}`;
    case 'dashboard':
      return runName;
  }
}

const lowered = (text: string): string => text.replace(/^./, (first) => first.toLowerCase());

/** What it is within its run: `Solution 3 · group 7 · step 42`; '' for the run itself. */
export function placeTitle({ step, group, solution }: RunAddress): string {
  const parts = [
    solution === undefined ? '' : `solution ${solution + 1}`,
    group === undefined ? '' : `group ${group + 1}`,
    step === undefined ? '' : `step ${step}`,
  ].filter(Boolean);
  return parts.join(' · ').replace(/^./, (first) => first.toUpperCase());
}

/** A long name without its middle: its number stands at its end. */
const longestName = 28;
export const shortName = (name: string): string =>
  name.length <= longestName ? name : `${name.slice(0, longestName - 10).trimEnd()}…${name.slice(-9).trimStart()}`;

/** The page above: solution → group → step → run; a page of the workspace is below what it is about. A run has none. */
export function parentOf(a: Address): RunAddress | undefined {
  if ('page' in a) return a.about && 'run' in a.about ? a.about : undefined;
  const { run, step, group, solution } = a;
  switch (runPageOf(a)) {
    case 'solution':
      return { run, step: step!, group: group! };
    case 'group':
      return { run, step: step! };
    case 'groups':
    case 'disagreements':
    case 'timeline':
    case 'doctor':
    case 'then-now':
      return { run };
    case 'question':
      return group === undefined ? { run } : { run, questions: true };
    case 'tokens':
      return {
        run,
        ...(step !== undefined && { step }),
        ...(group !== undefined && { group }),
        ...(solution !== undefined && { solution }),
      };
    case 'dashboard':
      return undefined;
  }
}
