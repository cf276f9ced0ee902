import { QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import { oneLine } from '../../core/questionPreview.js';
import type { RunAddress } from '../../protocol/address.js';
import { isLive, type RunState, type RunSummary, type StoreClientQueries } from '../../store/views.js';
import { significant } from '../../../webview/shared/format.js';
import { runDescription } from '../../words/runText.js';
import { stepDescription } from '../../words/stepText.js';

interface Choice<T> extends QuickPickItem {
  value?: T;
}

const icon: Record<RunState, string> = {
  starting: '$(loading~spin)',
  running: '$(sync~spin)',
  finished: '$(pass)',
  stopped: '$(debug-pause)',
  failed: '$(error)',
  died: '$(error)',
};

/** How many steps a picker offers; older ones are in the explorer. */
const STEPS = 200;

/** Asks for a run; running ones come first. */
export async function pickRun(runs: RunSummary[], title: string): Promise<RunSummary | undefined> {
  if (runs.length === 0) {
    void window.showInformationMessage('There are no runs here yet. Open an experiment file and launch it.');
    return undefined;
  }
  const choice = (r: RunSummary): Choice<RunSummary> => ({ label: `${icon[r.state]} ${r.name}`, description: runDescription(r), value: r });
  const live = runs.filter((r) => isLive(r.state)).map(choice);
  const ended = runs.filter((r) => !isLive(r.state)).map(choice);
  const separator = (label: string): Choice<RunSummary>[] =>
    live.length > 0 && ended.length > 0 ? [{ label, kind: QuickPickItemKind.Separator }] : [];
  const items = [...separator('running'), ...live, ...separator('ended'), ...ended];
  return (await window.showQuickPick(items, { title, placeHolder: 'Run', matchOnDescription: true }))?.value;
}

/** Asks for run, then step, then group, then solution; at each level the page of that level can be opened instead. */
export async function pickAddress(runs: RunSummary[], store: StoreClientQueries): Promise<RunAddress | undefined> {
  const run = await pickRun(runs, 'Open');
  if (!run) return undefined;
  const steps = (await store.steps(run.id, { limit: STEPS })).filter((s) => s.groups > 0);
  if (steps.length === 0) return { run: run.id };
  const step = await pick<number | null>(`${run.name}: step`, [
    { label: '$(graph) Dashboard', value: null },
    ...steps.map((s) => ({ label: String(s.step), description: stepDescription(s), value: s.step })),
  ]);
  if (step === undefined) return undefined;
  if (step === null) return { run: run.id };
  const groups = await store.groups(run.id, step);
  const group = await pick<number | null>(`${run.name}, step ${step}: group`, [
    { label: '$(list-flat) All groups of this step', value: null },
    ...groups.map((g) => ({
      label: `${g.group + 1}`,
      description: `${g.correct === null ? '' : `${g.correct}/${g.size} right · `}reward ${significant(g.rewardMean)}`,
      detail: oneLine(g.asked.text, 120),
      value: g.group,
    })),
  ]);
  if (group === undefined) return undefined;
  return group === null ? { run: run.id, step } : { run: run.id, step, group };
}

async function pick<T>(title: string, items: Choice<T>[]): Promise<T | undefined> {
  return (await window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true }))?.value;
}
