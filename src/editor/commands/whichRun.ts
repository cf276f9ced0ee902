/** The run that a command is about: named by a row or a page, or picked by the person among those for which the command makes sense. */
import { commands, window } from 'vscode';
import { isEvaluation } from '../../core/methods.js';
import { runOf } from '../../protocol/address.js';
import type { StoreClientQueries } from '../../store/questions.js';
import { isLive, type RunDetail, type RunSummary } from '../../store/views.js';
import { RunNode } from '../explorer/runNode.js';
import { StepsNode } from '../explorer/stepNodes.js';
import type { Labs } from '../labs.js';
import type { Pages } from '../pages/pages.js';
import type { Runs } from '../runs.js';
import { pickRun } from './picks.js';

export interface RunSources {
  runs: Runs;
  store: StoreClientQueries;
  pages: Pages;
}

/** For which runs a command makes sense. */
interface Need {
  fits: (run: RunSummary) => boolean;
  /** Message when there are runs, but none that fits. */
  none: string;
  /**
   * What is wrong with a run that does not fit, as the end of a sentence that begins with its name. When it is left out, the command itself
   * says what is wrong.
   */
  otherwise?: string;
}

const needs: Record<string, Need> = {
  stop: { fits: (r) => isLive(r.state), none: 'No run is going: there is nothing to stop.', otherwise: 'is not running' },
  resume: {
    fits: (r) => r.quietSince !== null || (!isLive(r.state) && r.state !== 'finished'),
    none: 'No run was interrupted: there is nothing to resume.',
  },
  evaluate: {
    fits: (r) => !isEvaluation(r.method) && r.importedFrom === null,
    none: 'No run here has a checkpoint to evaluate: only runs that were launched here keep any.',
  },
  setGroupSize: {
    fits: (r) => r.importedFrom !== null,
    none: 'No run here was imported: the others know the size of their groups.',
    otherwise: 'was not imported: it knows the size of its groups',
  },
  showProblems: {
    fits: (r) => r.problems > 0,
    none: 'Every event of every run could be read.',
    otherwise: 'has no event that could not be read',
  },
};

/** @param what names the work where the run is asked for: "Stopping the run"; @param target a run's id or row; otherwise the run of the page in front, or one that the person picks */
export async function runFrom(
  target: unknown,
  action: string,
  what: string,
  { runs, store, pages, labs }: RunSources & { labs: Pick<Labs, 'caughtUp'> },
): Promise<RunDetail | null | undefined> {
  const need = needs[action] as Need | undefined;
  const named = idOf(target);
  if (named !== undefined) {
    const run = await existing(named, store);
    if (!need?.otherwise || need.fits(run)) return run;
    void window.showInformationMessage(`${run.name} ${need.otherwise}.`);
    return undefined;
  }
  const inFront = pages.activeAddress && runOf(pages.activeAddress);
  const looked = inFront === undefined ? null : await existing(inFront, store);
  if (looked && (!need?.otherwise || need.fits(looked))) return looked;
  const all = await allRead(runs, labs);
  const fitting = need ? all.filter(need.fits) : all;
  if (need && all.length > 0 && fitting.length === 0) {
    void window.showInformationMessage(need.none);
    return undefined;
  }
  if (all.length === 0) {
    await sayThereAreNone();
    return undefined;
  }
  const picked = await pickRun(fitting, `${what}: which one?`);
  return picked && store.run(picked.id);
}

/** That there are none is known when everything has been read: in a window that has just opened, nothing is yet. */
async function allRead(runs: Runs, labs: Pick<Labs, 'caughtUp'>): Promise<RunSummary[]> {
  const all = await runs.all();
  if (all.length > 0) return all;
  await labs.caughtUp();
  await runs.reload();
  return runs.all();
}

const idOf = (target: unknown): string | undefined => {
  if (typeof target === 'string') return target;
  if (target instanceof RunNode) return target.run.id;
  return target instanceof StepsNode ? target.parent.run.id : undefined;
};

async function existing(id: string, store: StoreClientQueries): Promise<RunDetail> {
  const run = await store.run(id);
  if (!run) throw new Error(`There is no run ${id} here any more.`);
  return run;
}

/** Says that there are no runs yet, and offers ways to get one. */
export async function sayThereAreNone(): Promise<void> {
  const ways = { 'Try the Example': 'grpoLab.tryExample', 'Import Rollouts…': 'grpoLab.import' } as const;
  const message = 'There are no runs here yet. Launch an experiment, or import what another trainer wrote.';
  const chosen = await window.showInformationMessage(message, ...(Object.keys(ways) as (keyof typeof ways)[]));
  if (chosen) await commands.executeCommand(ways[chosen]);
}
