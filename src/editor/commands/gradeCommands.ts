import { allRows } from '../../core/listPages.js';
import { join } from 'node:path';
import { commands, ProgressLocation, window, workspace, type QuickPickItem, type Uri } from 'vscode';
import { findNode } from '../../backends/findNode.js';
import { checker as builtIn } from '../../grading/grade.js';
import { gradeInProcess, type GradeOutcome } from '../../regrading/gradeProcess.js';
import type { RegradeSummary, RunDetail } from '../../store/views.js';
import { count, percent, relativeTime } from '../../core/format.js';
import type { Labs } from '../labs.js';
import type { Pages } from '../pages/pages.js';
import { settings } from '../settings.js';
import { requireTrust } from '../trust.js';

export interface GradeCommandSources {
  labs: Labs;
  pages: Pages;
  /** The folder with the bundles. */
  dist: string;
}

type Checker = { name: string; command: string[] } | 'built in';

/** Asks which checker, has it read the run's solutions in a process of its own, and shows where it disagrees. */
export async function regradeRun(run: RunDetail, sources: GradeCommandSources): Promise<void> {
  requireTrust();
  const lab = await sources.labs.labOf(run.id);
  if (!lab) throw new Error(`The folder of ${run.name} is not open here.`);
  const checker = await pickChecker();
  if (checker === undefined) return;
  const golds = await pickGolds(run, sources);
  if (golds === undefined) return;
  const name = checker === 'built in' ? builtIn : checker.name;
  const node = await findNode(settings.nodePath());
  const outcome = await window.withProgress(
    { location: ProgressLocation.Notification, title: `${name} grades ${run.name}`, cancellable: true },
    (progress, cancel) => {
      const stop = new AbortController();
      cancel.onCancellationRequested(() => stop.abort());
      let shown = 0;
      return gradeInProcess({
        executable: node.executable,
        cli: join(sources.dist, 'cli.cjs'),
        folder: lab.folder,
        run: run.id,
        ...(checker !== 'built in' && { checker }),
        ...(golds !== 'none' && { golds: golds.fsPath }),
        signal: stop.signal,
        progress: (done, total) => {
          const now = total === 0 ? 100 : (done / total) * 100;
          progress.report({ increment: now - shown, message: `${done.toLocaleString('en-US')} of ${count(total, 'solution')}` });
          shown = now;
        },
      });
    },
  );
  await sources.labs.catchUp(run.id);
  await tell(run, name, outcome, sources.pages);
}

async function tell(run: RunDetail, checker: string, { name, cancelled, summary, golds }: GradeOutcome, pages: Pages): Promise<void> {
  if (golds) {
    const { matched, groups, questions, conflicting } = golds;
    const left = conflicting === 0 ? '' : ` ${count(conflicting, 'question')} of the file had different answers and were left out.`;
    void window.showInformationMessage(
      `${matched.toLocaleString('en-US')} of ${count(groups, 'group')} without a gold answer matched one of ${count(questions, 'question')} in the file.${left}`,
    );
  }
  if (summary === null || summary.solutions === 0) {
    void window.showInformationMessage(
      cancelled
        ? `${checker} was stopped before it had graded anything.`
        : `${run.name} has no solutions with a gold answer: there is nothing to grade.`,
    );
    return;
  }
  if (!cancelled) {
    await pages.open({ run: run.id, grades: name });
    return;
  }
  const show = 'Show Disagreements';
  const message = `Stopped: ${checker} has graded ${count(summary.solutions, 'solution')} of ${run.name}. Re-grade goes on from there.`;
  if ((await window.showInformationMessage(message, show)) === show) await pages.open({ run: run.id, grades: name });
}

/** Opens the disagreements of the one checker there is, or of the one that is picked; offers to grade when there is none. */
export async function showDisagreements(run: RunDetail, sources: GradeCommandSources): Promise<void> {
  const regrades = await allRows((after) => sources.labs.ask.regrades(run.id, { after }));
  if (regrades.length === 0) {
    const grade = 'Re-grade…';
    const message = `No other checker has graded ${run.name} yet.`;
    const chosen = workspace.isTrusted ? await window.showInformationMessage(message, grade) : await window.showInformationMessage(message);
    if (chosen === grade) await regradeRun(run, sources);
    return;
  }
  const picked = regrades.length === 1 ? regrades[0] : await pickRegrade(run, regrades);
  if (picked) await sources.pages.open({ run: run.id, grades: picked.name });
}

/** Groups of the newest step that tell whether a run has gold answers. */
const lookedAt = 16;

/**
 * Where gold answers come from for a run that has none: a file that the person picks.
 * @returns 'none' where the run has its own, or the person has no file; undefined when it was called off
 */
async function pickGolds(run: RunDetail, { labs }: GradeCommandSources): Promise<Uri | 'none' | undefined> {
  const newest = (await labs.ask.steps(run.id, { limit: lookedAt })).rows.find((s) => s.groups > 0);
  const groups = newest === undefined ? [] : (await labs.ask.groups(run.id, newest.step, { limit: lookedAt })).rows;
  if (groups.length === 0 || groups.some((g) => g.gold !== null)) return 'none';
  const file = 'Gold answers from a file of questions…';
  const items = [
    { label: file, detail: 'JSON lines with question and answer; they are matched by question' },
    { label: 'Grade what has a gold answer', detail: 'Questions without one are left out' },
  ];
  const title = `${run.name} has no gold answers`;
  const picked = await window.showQuickPick(items, { title, placeHolder: 'Where are they?', ignoreFocusOut: true });
  if (picked === undefined) return undefined;
  if (picked.label !== file) return 'none';
  const filters = { 'Questions with gold answers': ['jsonl', 'ndjson', 'json'], 'All files': ['*'] };
  return (await window.showOpenDialog({ title: 'Gold answers', openLabel: 'Use', canSelectMany: false, filters }))?.at(0);
}

async function pickRegrade(run: RunDetail, regrades: RegradeSummary[]): Promise<RegradeSummary | undefined> {
  const items = regrades.map((r) => ({
    label: r.checker,
    description: `agrees on ${percent(r.share)} of ${count(r.solutions, 'solution')} · ${relativeTime(r.time, Date.now())}`,
    value: r,
  }));
  return (await window.showQuickPick(items, { ignoreFocusOut: true, title: `Disagreements in ${run.name}`, placeHolder: 'Checker' }))
    ?.value;
}

async function pickChecker(): Promise<Checker | undefined> {
  const named = Object.entries(settings.checkers());
  const add = 'Name another checker in the settings…';
  const items: (QuickPickItem & { value?: Checker })[] = [
    { label: builtIn, description: 'built in', value: 'built in' },
    ...named.map(([name, command]) => ({ label: name, description: command.join(' '), value: { name, command } })),
    { label: add },
  ];
  const picked = await window.showQuickPick(items, { title: 'Re-grade run', placeHolder: 'Checker', ignoreFocusOut: true });
  if (picked?.label === add) await commands.executeCommand('workbench.action.openSettings', 'grpoLab.checkers');
  return picked?.value;
}
