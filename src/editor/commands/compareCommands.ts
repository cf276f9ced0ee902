import { commands, window, type QuickPickItem } from 'vscode';
import { runOf } from '../../protocol/address.js';
import type { RunDetail, RunSummary } from '../../store/views.js';
import { diffConfigs } from '../documents.js';
import { RunNode } from '../explorer/runNode.js';
import { count } from '../../core/format.js';
import { runChoice } from './picks.js';
import type { Commands } from './commandRegistry.js';
import { sayThereAreNone, type RunSources } from './whichRun.js';

/** How many runs are drawn over each other: more than this cannot be told apart. */
export const COMPARED = 6;
/** Names of settings for which an entry of a list has room. */
const NAMED = 3;

/** Runs beside each other: their curves on one dashboard, their configurations in VS Code's own diff editor. */
export function addCompareCommands(to: Commands, sources: RunSources): void {
  to.add('grpoLab.compare', 'Comparing runs', async (target, selected) => {
    const ids = await chosenRuns(target, selected, 'Compare the curves of', sources);
    if (!ids) return;
    const [run, ...overlay] = ids.slice(0, COMPARED);
    await sources.pages.open({ run }, { overlay });
    if (ids.length > COMPARED)
      void window.showInformationMessage(`The curves of the first ${COMPARED} of ${ids.length} runs are drawn: more cannot be told apart.`);
  });
  to.add('grpoLab.compareConfigs', 'Comparing configurations', async (target, selected) => {
    const ids = await chosenRuns(target, selected, 'Compare the configurations of', sources);
    if (ids) await compareConfigs(ids, sources);
  });
}

/** @returns at least two runs: those selected in the explorer or named by their ids, else those that the person picks */
async function chosenRuns(target: unknown, selected: unknown, title: string, sources: RunSources): Promise<string[] | undefined> {
  if (Array.isArray(target)) return (await import('./arguments.js')).runIdsFrom(target);
  const rows = Array.isArray(selected) ? selected.filter((row) => row instanceof RunNode).map((row) => row.run.id) : [];
  if (rows.length > 1) return rows;
  const all = await sources.runs.all();
  if (all.length < 2) {
    if (all.length === 0) await sayThereAreNone();
    else void window.showInformationMessage(`${all[0].name} is the only run here: there is nothing to compare it with.`);
    return undefined;
  }
  if (target instanceof RunNode) {
    const others = await pickRuns(
      all.filter((r) => r.id !== target.run.id),
      `${title} ${target.run.name} and`,
      1,
    );
    return others && [target.run.id, ...others];
  }
  const { activeAddress } = sources.pages;
  return pickRuns(all, title, 2, activeAddress && runOf(activeAddress));
}

async function pickRuns(runs: readonly RunSummary[], title: string, least: number, first?: string): Promise<string[] | undefined> {
  const items = runs.map((r) => ({ ...runChoice(r), picked: r.id === first }));
  const placeHolder = least === 1 ? 'One run or more' : 'Two runs or more';
  const chosen = await window.showQuickPick(items, {
    ignoreFocusOut: true,
    title,
    placeHolder,
    canPickMany: true,
    matchOnDescription: true,
  });
  if (!chosen) return undefined;
  if (chosen.length >= least) return chosen.map((c) => c.value.id);
  void window.showInformationMessage(`Nothing is compared: choose ${least === 1 ? 'a run' : 'at least two runs'}.`);
  return undefined;
}

/** Of more than two runs each is compared with the first. */
async function compareConfigs(ids: readonly string[], { store }: RunSources): Promise<void> {
  const found = await Promise.all(ids.map((id) => store.run(id)));
  const [first, ...others] = found.filter((run) => run !== null);
  if (others.length === 0) throw new Error('The runs are not here any more.');
  const other = others.length === 1 ? others[0] : await pickOther(first, others);
  if (!other) return;
  const silent = [first, other].filter((run) => !recorded(run));
  if (silent.length > 0) {
    const names = silent.map((run) => run.name).join(' and ');
    void window.showInformationMessage(
      `Nothing to compare: of the configuration of ${names} nothing was recorded where it was imported from.`,
    );
    return;
  }
  if (await diffConfigs(first, other)) return;
  const curves = 'Compare Curves';
  const message = `${first.name} and ${other.name} were configured alike, to the letter.`;
  if ((await window.showInformationMessage(message, curves)) === curves)
    await commands.executeCommand('grpoLab.compare', [first.id, other.id]);
}

const recorded = ({ source, resolved }: RunDetail): boolean => source !== '' || Object.keys(resolved).length > 0;

async function pickOther(first: RunDetail, others: readonly RunDetail[]): Promise<RunDetail | undefined> {
  const { diffExperiments } = await import('../../experiment/diff.js');
  const items = others.map((run): QuickPickItem & { value: RunDetail } => {
    const keys = diffExperiments(first.resolved, run.resolved).map((d) => d.key);
    const more = keys.length > NAMED ? ', …' : '';
    const detail = !recorded(run)
      ? 'its configuration was not recorded'
      : keys.length === 0
        ? 'no setting differs'
        : `${count(keys.length, 'setting')} differ${keys.length === 1 ? 's' : ''}: ${keys.slice(0, NAMED).join(', ')}${more}`;
    return { label: run.name, detail, value: run };
  });
  return (
    await window.showQuickPick(items, {
      ignoreFocusOut: true,
      title: `What differs from ${first.name}`,
      placeHolder: 'Run',
      matchOnDetail: true,
    })
  )?.value;
}
