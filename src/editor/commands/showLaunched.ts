import { window } from 'vscode';
import type { LaunchedRun } from '../../launch/launchExperiment.js';
import type { Follow } from '../experiment/followExperiment.js';
import type { Explorer } from '../explorer/explorer.js';
import type { Runs } from '../runs.js';
import { settings } from '../settings.js';

export interface LaunchViews {
  runs: Runs;
  follow: Follow;
  explorer: Explorer;
}

/** Shows what was launched: of a chain, the run that trains now, with a message that the last one waits for its turn. */
export async function showLaunched(launched: readonly LaunchedRun[], { runs, follow, explorer }: LaunchViews): Promise<void> {
  const [now, last] = [launched.at(0), launched.at(-1)];
  if (!now || !last) return;
  if (settings.dashboardOnLaunch()) await follow.openBeside(now.id);
  await explorer.reveal(now.id);
  if (last.waitsFor.length === 0) return;
  const name = async (id: string): Promise<string> => (await runs.get(id))?.name ?? id;
  const before = (await Promise.all(last.waitsFor.map(name))).join(' and ');
  void window.showInformationMessage(`${await name(last.id)} builds on ${before} and waits until that has finished.`);
}
