import { commands, Uri } from 'vscode';
import type { Subject } from '../../protocol/address.js';
import type { StoreClientQueries } from '../../store/questions.js';
import type { Bookmarks } from '../bookmarks.js';
import { experimentInFront } from '../experiment/inFront.js';
import type { ExperimentFiles } from '../experimentFiles.js';
import { CheckpointNode } from '../explorer/checkpointNodes.js';
import { ExperimentNode } from '../explorer/experimentNode.js';
import { RunNode } from '../explorer/runNode.js';
import { pageActCommand } from '../pages/pageKeys.js';
import type { Pages } from '../pages/pages.js';
import type { Runs } from '../runs.js';
import type { Links } from '../links.js';
import { experimentOf } from './whichExperiment.js';
import { pickAddress } from './picks.js';
import type { Commands } from './commandRegistry.js';
import { sayThereAreNone } from './whichRun.js';

/** Loaded with the first command, with the schemas of arguments. */
const checks = () => import('./arguments.js');

export interface PageCommandSources {
  pages: Pages;
  files: ExperimentFiles;
  runs: Runs;
  store: StoreClientQueries;
  bookmarks: Bookmarks;
  links: Links;
}

/** Commands that open pages, and those behind the keys and title buttons of pages. */
export function addPageCommands(to: Commands, { pages, files, runs, store, bookmarks, links }: PageCommandSources): void {
  to.add('grpoLab.open', 'Opening', async (target) => {
    const destination = target === undefined ? await pickOrSay(runs, store) : (await checks()).addressFrom(target);
    if (typeof destination === 'string') await links.follow(destination);
    else if (destination) await pages.open(destination);
  });
  to.add('grpoLab.openToSide', 'Opening', async (target) => {
    await pages.open((await checks()).addressFrom(target), { aside: true });
  });
  to.add('grpoLab.openBenchmarks', 'Opening the benchmarks', () => pages.open({ page: 'benchmarks' }));
  to.add('grpoLab.openMethods', 'Opening the methods', () => {
    const here = pages.activeAddress;
    const group = here && 'run' in here && here.group !== undefined ? { run: here.run, step: here.step, group: here.group } : undefined;
    return pages.open({ page: 'methods', ...(group && { about: group }) });
  });
  to.add('grpoLab.find', 'Finding solutions', (target) => {
    const about = subjectOfRow(target) ?? subjectInFront(pages);
    return pages.open({ page: 'find', ...(about && 'run' in about && { about: { run: about.run } }) });
  });
  to.add('grpoLab.planMemory', 'Planning memory', async (target) => {
    const about = await subjectOf(target, files);
    await pages.open({ page: 'planner', ...(about && { about }) });
  });
  to.add('grpoLab.preflight', 'Opening the pre-flight', async (target) => {
    const uri = await experimentOf(target, files);
    const file = uri && (await files.find(uri));
    if (uri && !file) throw new Error(`${uri.fsPath} is no experiment file of this workspace.`);
    if (file) await pages.open({ page: 'preflight', about: { experiment: file.name } });
  });
  to.add('grpoLab.sampleGroup', 'Sampling a group', async (target) => {
    const about =
      target instanceof CheckpointNode
        ? { run: target.run, step: target.checkpoint.step }
        : (subjectOfRow(target) ?? subjectInFront(pages));
    await pages.open({ page: 'playground', ...(about && { about }) });
  });
  to.add(pageActCommand, 'Page action', async (args) => pages.act((await checks()).actionFrom(args)));
  to.add('grpoLab.page.back', 'Going back', () => pages.go('back'));
  to.add('grpoLab.page.forward', 'Going forward', () => pages.go('forward'));
  to.add('grpoLab.page.up', 'Going up', () => pages.go('up'));
  // What a page has opened as a text (a diff, a log): closed, it leaves the page in front.
  to.add('grpoLab.text.back', 'Going back', () => commands.executeCommand('workbench.action.closeActiveEditor'));
  to.add('grpoLab.page.split', 'Opening beside', () => pages.split());
  to.add('grpoLab.bookmarks.remove', 'Removing a bookmark', async (item) => {
    const address = (await checks()).bookmarkedAddress(item);
    if (await bookmarks.has(address)) await bookmarks.toggle(address);
  });
}

/** Asks for an address; where there is no run, says so. */
async function pickOrSay(runs: Runs, store: StoreClientQueries): ReturnType<typeof pickAddress> {
  const all = await runs.all();
  if (all.length > 0) return pickAddress(all, store);
  await sayThereAreNone();
  return undefined;
}

const subjectOfRow = (row: unknown): Subject | undefined =>
  row instanceof RunNode ? { run: row.run.id } : row instanceof ExperimentNode ? { experiment: row.name } : undefined;

/** The question or the run that is being looked at. */
function subjectInFront({ activeAddress: at }: Pages): Subject | undefined {
  if (!at || 'page' in at) return at?.about;
  const { run, step, group } = at;
  return step === undefined || group === undefined ? { run } : { run, step, group };
}

/** What a page of the workspace is opened about. @param target a row or a file; otherwise the experiment that is being edited */
async function subjectOf(target: unknown, files: ExperimentFiles): Promise<Subject | undefined> {
  const row = subjectOfRow(target);
  if (row) return row;
  const uri = target instanceof Uri ? target : experimentInFront();
  const file = uri && (await files.find(uri));
  return file && { experiment: file.name };
}
