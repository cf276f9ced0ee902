import { allRows } from '../../core/listPages.js';
import { window, type QuickPickItem } from 'vscode';
import { suiteDescriptions, suites, type SuiteName } from '../../experiment/benchmarkSuites.js';
import type { BenchmarkRequest } from '../../experiment/evaluationExperiment.js';
import type { StoreClientQueries } from '../../store/questions.js';
import type { CheckpointView, RunDetail } from '../../store/views.js';
import { relativeTime } from '../../core/format.js';
import type { Launcher } from '../launcher.js';
import { showLaunched, type LaunchViews } from './showLaunched.js';

export interface EvaluateSources {
  store: StoreClientQueries;
  launcher: () => Promise<Launcher>;
  views: LaunchViews;
}

/** Asks which checkpoint (unless it is named) and which benchmarks, and launches them as a run of their own. */
export async function evaluateCheckpoint(run: RunDetail, step: number | undefined, sources: EvaluateSources): Promise<void> {
  const chosen = step ?? (await pickCheckpoint(run, await allRows((after) => sources.store.checkpoints(run.id, { after }))));
  if (chosen === undefined) return;
  const names = await pickSuites(`Evaluate ${run.name}, step ${chosen}`);
  if (names === undefined || names.length === 0) return;
  const samples = await pickSamples();
  if (samples === undefined) return;
  const benchmarks = names.map((suite): BenchmarkRequest => ({ suite, ...(samples > 1 && { samples }) }));
  const launched = await (await sources.launcher()).evaluate(run, chosen, benchmarks);
  if (launched) await showLaunched([launched], sources.views);
}

async function pickCheckpoint(run: RunDetail, checkpoints: CheckpointView[]): Promise<number | undefined> {
  const newestFirst = checkpoints.sort((a, b) => b.step - a.step);
  if (newestFirst.length === 0) {
    void window.showInformationMessage(`${run.name} has no checkpoint yet: there is nothing to evaluate.`);
    return undefined;
  }
  if (newestFirst.length === 1) return newestFirst[0].step;
  const items = newestFirst.map((c) => ({ label: `$(save) step ${c.step}`, description: relativeTime(c.time, Date.now()), step: c.step }));
  return (await window.showQuickPick(items, { ignoreFocusOut: true, title: `Evaluate ${run.name}`, placeHolder: 'Checkpoint' }))?.step;
}

async function pickSuites(title: string): Promise<SuiteName[] | undefined> {
  const items = suites.map((suite): QuickPickItem & { suite: SuiteName } => ({
    label: suite,
    description: suiteDescriptions[suite],
    picked: suite === 'held-out',
    suite,
  }));
  const chosen = await window.showQuickPick(items, {
    ignoreFocusOut: true,
    title,
    placeHolder: 'Benchmarks',
    canPickMany: true,
    matchOnDescription: true,
  });
  return chosen?.map((c) => c.suite);
}

async function pickSamples(): Promise<number | undefined> {
  const items = [
    { label: 'Greedy', description: 'the likeliest solution of each question', samples: 1 },
    ...[4, 16, 64].map((samples) => ({
      label: `Greedy, Maj@k and Pass@k up to ${samples}`,
      description: `${samples} samples per question`,
      samples,
    })),
  ];
  return (await window.showQuickPick(items, { ignoreFocusOut: true, title: 'Evaluate', placeHolder: 'What to measure' }))?.samples;
}
