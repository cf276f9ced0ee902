import { window, workspace, type QuickPickItem } from 'vscode';
import { suiteDescriptions, suites } from '../../experiment/benchmarkSuites.js';
import type { BenchmarkRequest } from '../../experiment/evaluationExperiment.js';
import { wholeFile } from '../../launch/evaluateEndpoint.js';
import type { Labs } from '../labs.js';
import type { Launcher } from '../launcher.js';
import { pickEndpoint } from '../playground/samplingService.js';
import { showLaunched, type LaunchViews } from './showLaunched.js';

export interface EndpointSources {
  launcher: () => Promise<Launcher>;
  labs: Labs;
  views: LaunchViews;
}

/** Asks which server, which questions and how many solutions, and launches that as a run. */
export async function askEndpoint({ launcher, labs, views }: EndpointSources): Promise<void> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length === 0) throw new Error('No folder is open. Open one first: runs are kept in it, under .grpo-lab.');
  const endpoint = await pickEndpoint('Evaluate an endpoint');
  if (!endpoint) return;
  const { name, url, model } = endpoint;
  const title = `Evaluate ${name}`;
  const benchmark = await pickBenchmark(title);
  if (!benchmark) return;
  const samples = await pickSamples(title);
  if (samples === undefined) return;
  const folder = folders.length === 1 ? folders[0] : await window.showWorkspaceFolderPick({ placeHolder: 'Keep the run in' });
  const lab = folder && labs.labAt(folder.uri);
  if (!lab) return;
  const launched = await (await launcher()).evaluateEndpoint({ url, model, benchmarks: [{ ...benchmark, samples }] }, lab);
  if (launched) await showLaunched([launched], views);
}

async function pickBenchmark(title: string): Promise<BenchmarkRequest | undefined> {
  const own = 'A file of questions…';
  const fixed = suites.filter((s) => s !== 'held-out' && s !== 'validation' && s !== 'tools');
  const items = [
    { label: own, description: 'JSONL in the public format of GSM8K, MATH, MGSM-zh or CMATH', suite: undefined },
    ...fixed.map((suite) => ({ label: suite, description: suiteDescriptions[suite], suite })),
  ];
  const chosen = await window.showQuickPick(items, {
    ignoreFocusOut: true,
    title,
    placeHolder: 'What it is asked',
    matchOnDescription: true,
  });
  if (!chosen) return undefined;
  if (chosen.suite) return { suite: chosen.suite };
  const files = await window.showOpenDialog({ title, openLabel: 'Ask These', filters: { 'JSON lines': ['jsonl', 'json'] } });
  const file = files?.at(0)?.fsPath;
  return file === undefined ? undefined : { file, size: wholeFile };
}

async function pickSamples(title: string): Promise<number | undefined> {
  const items: (QuickPickItem & { samples: number })[] = [
    { label: 'Greedy', description: 'the likeliest solution of each question', samples: 1 },
    ...[4, 16, 64].map((samples) => ({
      label: `Maj@k and Pass@k up to ${samples}`,
      description: `${samples} samples per question`,
      samples,
    })),
  ];
  return (await window.showQuickPick(items, { ignoreFocusOut: true, title, placeHolder: 'What to measure' }))?.samples;
}
