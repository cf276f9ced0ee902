import { workspace } from 'vscode';
import type { Endpoint } from '../sampling/endpoint/endpoint.js';

/** The settings declared in package.json, each read when it is needed so that a change counts at once. */
export const settings = {
  /** Node to run the trainer with, or '' for the one that is found. */
  nodePath: (): string => get('nodePath', ''),
  /** Python for command experiments, or '' for the one that is selected or found. */
  python: (): string => get('python', ''),
  /** Other checkers: programs and their arguments, by name and version. What is no list of words is left out. */
  checkers: (): Record<string, string[]> =>
    Object.fromEntries(
      Object.entries(get<Record<string, unknown>>('checkers', {})).filter((entry): entry is [string, string[]] => isCommand(entry[1])),
    ),
  /** Servers that speak OpenAI's protocol. What is no such entry is left out. */
  endpoints: (): Endpoint[] => get<unknown[]>('endpoints', []).filter(isEndpoint),
  /** Name on labels and notes, or '' for the one that is found. */
  author: (): string => get('author', ''),
  /** TFLOP/s of devices by the names of their drivers. What is no number above 0 is left out. */
  devicePeaks: (): Record<string, number> =>
    Object.fromEntries(
      Object.entries(get<Record<string, unknown>>('devicePeaks', {})).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0,
      ),
    ),
  dashboardOnLaunch: (): boolean => get('dashboard.openOnLaunch', true),
  dashboardOnReturn: (): boolean => get('dashboard.openOnReturn', false),
  dashboardFollows: (): boolean => get('dashboard.followActiveExperiment', true),
  /** How many of the latest runs a hover draws. */
  hoverRuns: (): number => get('hover.runs', 4),
  /** Whether words of solutions are indexed for searches. */
  searchIndex: (): boolean => get('search.index', true),
  /** Whether runs are examined while they go on and when they have ended. */
  doctorWatches: (): boolean => get('doctor.watch', true),
  notifyOfFindings: (): boolean => get('doctor.notify', true),
  /** Where new findings are posted, or ''. */
  doctorWebhook: (): string => get('doctor.webhook', ''),
  notifyWhenFinished: (): boolean => get('notifications.runFinished', true),
};

const isCommand = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string');

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' &&
  value !== null &&
  ['name', 'url', 'model'].every((key) => typeof (value as Record<string, unknown>)[key] === 'string');

const get = <T>(key: string, fallback: T): T => workspace.getConfiguration('grpoLab').get(key, fallback);
