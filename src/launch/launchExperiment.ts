/** From an experiment file to a running run, with the runs it starts from launched before it where there are none. */
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { findExperiments } from '../experiment/find.js';
import { chainOf, type ExperimentFile, parseFrom, resolveFrom } from '../experiment/lineage.js';
import { parseExperiment, type Problem } from '../experiment/parse.js';
import { runsNamed } from './knownRuns.js';
import type { Supervisor } from './supervisor.js';

/** The experiment cannot be launched as it stands. */
export class LaunchError extends Error {
  /** @param problems places in the file, when that is what is wrong */
  constructor(
    message: string,
    readonly problems: readonly Problem[] = [],
  ) {
    super(message);
    this.name = 'LaunchError';
  }
}

export interface LaunchRequest {
  /** Path of the experiment file. */
  path: string;
  /** Its text, possibly not saved yet. */
  text: string;
  /** The folder in which the experiments it starts from are looked for; the trainer's working directory. */
  folder: string;
  /** Where the runs are kept: `<folder>/.grpo-lab/runs`. */
  runsDir: string;
}

export interface LaunchedRun {
  id: string;
  directory: string;
  experiment: string;
  /** Id of the run that has to finish first; its watcher waits for it, with or without a window. */
  waitsFor: string | null;
}

/**
 * @returns the launched runs, first to last: one, or a chain whose last is the one asked for
 * @throws LaunchError when the file has errors or its chain is broken
 */
export async function launchExperiment(request: LaunchRequest, supervisor: Supervisor): Promise<LaunchedRun[]> {
  const { experiment, problems } = parseExperiment(request.text);
  if (!experiment) {
    const errors = problems.filter((p) => p.severity === 'error');
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    throw new LaunchError(`${basename(request.path)} has errors: ${errors[0]?.message ?? 'unreadable.'}${more}`, errors);
  }
  return launch({ path: resolve(request.path), experiment, text: request.text }, request, supervisor);
}

type File = ExperimentFile & { text: string };

async function launch(file: File, request: LaunchRequest, supervisor: Supervisor): Promise<LaunchedRun[]> {
  const { experiment } = file;
  const start = async (parent: Parameters<Supervisor['start']>[1]['parent'], after: string | null): Promise<LaunchedRun> => {
    const run = { experiment, source: file.text, path: file.path, parent, cwd: request.folder };
    const directory = await supervisor.start(request.runsDir, run, after ?? undefined);
    return { id: basename(directory), directory, experiment: experiment.name, waitsFor: after };
  };
  if (!('from' in experiment.policy)) return [await start(null, null)];

  const { from } = experiment.policy;
  const target = parseFrom(from)?.target ?? from;
  const resolved = await resolveFrom(from, await runsNamed(request.runsDir, target));
  switch (resolved.kind) {
    case 'found':
      return [await start(resolved.parent, null)];
    case 'live':
      return [await start(null, resolved.run)];
    case 'broken':
      throw new LaunchError(`${experiment.name} cannot start: ${resolved.message}`);
    case 'none': {
      const before = await launch(await predecessor(file, target, resolved.message, request), request, supervisor);
      return [...before, await start(null, before.at(-1)!.id)];
    }
  }
}

/** The experiment file that an experiment starts from. @throws LaunchError when there is none, or a circle */
async function predecessor(file: File, target: string, why: string, request: LaunchRequest): Promise<File> {
  const others = (await readExperiments(request.folder)).filter((other) => other.path !== file.path);
  const chain = chainOf(file, [file, ...others]);
  if (!chain.ok) throw new LaunchError(chain.message);
  const before = others.find((other) => other.path === chain.files.at(-2)?.path);
  if (before) return before;
  throw new LaunchError(
    `${file.experiment.name} cannot start: ${why} No experiment file in ${request.folder} is named "${target}" either.`,
  );
}

async function readExperiments(folder: string): Promise<File[]> {
  const files = await Promise.all(
    (await findExperiments(folder)).map(async (path) => {
      const text = await readFile(path, 'utf8').catch(() => '');
      const { experiment } = parseExperiment(text);
      return experiment ? [{ path: resolve(path), experiment, text }] : [];
    }),
  );
  return files.flat();
}
