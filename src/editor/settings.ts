import { workspace } from 'vscode';

/** The settings declared in package.json, each read when it is needed so that a change counts at once. */
export const settings = {
  /** Node to run the trainer with, or '' for the one that is found. */
  nodePath: (): string => get('nodePath', ''),
  /** Python for command experiments, or '' for the one that is selected or found. */
  python: (): string => get('python', ''),
  dashboardOnLaunch: (): boolean => get('dashboard.openOnLaunch', true),
  dashboardFollows: (): boolean => get('dashboard.followActiveExperiment', true),
  /** How many of the latest runs a hover draws. */
  hoverRuns: (): number => get('hover.runs', 4),
  notifyWhenFinished: (): boolean => get('notifications.runFinished', true),
};

const get = <T>(key: string, fallback: T): T => workspace.getConfiguration('grpoLab').get(key, fallback);
