import { QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import { oneLine } from '../../core/questionPreview.js';
import { addressPath, type Address, type RunAddress } from '../../protocol/address.js';
import { parseLink } from '../../protocol/link.js';
import type { StoreClientQueries } from '../../store/questions.js';
import { isLive, shownState, type RunSummary, type ShownState } from '../../store/views.js';
import { significant } from '../../core/format.js';
import { runDescription } from '../../words/runText.js';
import { stepDescription } from '../../words/stepText.js';
import { askStep } from './goToStep.js';

interface Choice<T> extends QuickPickItem {
  value?: T;
}

const icon: Record<ShownState, string> = {
  starting: '$(loading~spin)',
  running: '$(sync~spin)',
  quiet: '$(watch)',
  finished: '$(pass)',
  stopped: '$(debug-pause)',
  failed: '$(error)',
  died: '$(error)',
};

/** How many steps a picker lists; any other is reached by its number. */
const STEPS = 200;

/** One entry a run. */
export const runChoice = (r: RunSummary): QuickPickItem & { value: RunSummary } => ({
  label: `${icon[shownState(r)]} ${r.name}`,
  description: runDescription(r),
  value: r,
});

/** Running ones first, under headings where there are both kinds. */
export function runChoices(runs: readonly RunSummary[]): Choice<RunSummary>[] {
  const live = runs.filter((r) => isLive(r.state)).map(runChoice);
  const ended = runs.filter((r) => !isLive(r.state)).map(runChoice);
  const separator = (label: string): Choice<RunSummary>[] =>
    live.length > 0 && ended.length > 0 ? [{ label, kind: QuickPickItemKind.Separator }] : [];
  return [...separator('running'), ...live, ...separator('ended'), ...ended];
}

export async function pickRun(runs: readonly RunSummary[], title: string): Promise<RunSummary | undefined> {
  return (await window.showQuickPick(runChoices(runs), { ignoreFocusOut: true, title, placeHolder: 'Run', matchOnDescription: true }))
    ?.value;
}

/**
 * Asks for run, then step, then group; at each level the page of that level can be opened instead. A link or an address
 * that is pasted where the run is asked for says all of it.
 * @returns what was pasted as it stands, for it may belong to another folder
 */
export async function pickAddress(runs: readonly RunSummary[], store: StoreClientQueries): Promise<Address | string | undefined> {
  const chosen = await pickRunOrLink(runs);
  if (chosen === undefined || typeof chosen === 'string') return chosen;
  return pickStep(chosen, store);
}

function pickRunOrLink(runs: readonly RunSummary[]): Promise<RunSummary | string | undefined> {
  const pick = window.createQuickPick<Choice<RunSummary | string>>();
  const all: Choice<RunSummary | string>[] = runChoices(runs);
  pick.title = 'Open';
  pick.placeholder = 'Run, or a link or address that you paste';
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true; // a link may have to be copied elsewhere first
  pick.items = all;
  pick.onDidChangeValue((text) => {
    const link = parseLink(text);
    pick.items = link ? [{ label: '$(link) Open the link', description: addressPath(link.address), alwaysShow: true, value: text }] : all;
  });
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems.at(0)?.value);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

async function pickStep(run: RunSummary, store: StoreClientQueries): Promise<RunAddress | undefined> {
  const newest = await store.steps(run.id, { limit: STEPS });
  const steps = newest.rows.filter((s) => s.groups > 0);
  if (steps.length === 0) return { run: run.id };
  const another: Choice<'another'>[] = newest.next !== null ? [{ label: '$(go-to-file) Another step…', value: 'another' }] : [];
  const step = await pick<number | 'dashboard' | 'another'>(`${run.name}: step`, [
    { label: '$(graph) Dashboard', value: 'dashboard' },
    ...another,
    ...steps.map((s) => ({ label: String(s.step), description: stepDescription(s), value: s.step })),
  ]);
  if (step === undefined) return undefined;
  if (step === 'dashboard') return { run: run.id };
  if (step === 'another') return askStep(run, store);
  return pickGroup(run, step, store);
}

/** Groups of a step that are offered one by one. */
const mostOffered = 1000;

async function pickGroup(run: RunSummary, step: number, store: StoreClientQueries): Promise<RunAddress | undefined> {
  const [summary, { rows: groups }] = await Promise.all([store.step(run.id, step), store.groups(run.id, step, { limit: mostOffered })]);
  const all = summary?.groups ?? groups.length;
  const group = await pick<number | null>(`${run.name}, step ${step}: group`, [
    {
      label: '$(list-flat) All groups of this step',
      ...(all > groups.length && { description: `the first ${groups.length} of ${all} are offered here` }),
      value: null,
    },
    ...groups.map((g) => ({
      label: `${g.group + 1}`,
      description: `${g.split === null ? '' : `${g.split} rows · `}${g.correct === null ? '' : `${g.correct}/${g.size} right · `}reward ${significant(g.rewardMean)}`,
      detail: oneLine(g.questionPreview.text, 120),
      value: g.group,
    })),
  ]);
  if (group === undefined) return undefined;
  return group === null ? { run: run.id, step } : { run: run.id, step, group };
}

async function pick<T>(title: string, items: Choice<T>[]): Promise<T | undefined> {
  return (await window.showQuickPick(items, { ignoreFocusOut: true, title, matchOnDescription: true, matchOnDetail: true }))?.value;
}
