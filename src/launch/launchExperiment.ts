/** From an experiment file to a running run, with the runs it builds on launched before it where there are none. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { dataFrom } from '../experiment/data.js';
import { append } from '../core/extremes.js';
import { benchmarksFrom } from '../experiment/benchmarkSuites.js';
import { findExperiments } from '../experiment/find.js';
import { chainOf, type ExperimentFile, parseFrom, referenceTo, resolveFrom } from '../experiment/lineage.js';
import { type Origin, type OriginKind, originsOf, type RunCheckpoint, whyUnfit } from '../experiment/origins.js';
import { parseExperiment, type ExperimentProblem } from '../experiment/parse.js';
import type { Experiment } from '../experiment/schema.js';
import { type Origins, runsOf } from './awaitOrigins.js';
import type { OriginReferences } from './job.js';
import type { Jobs } from './jobs.js';
import { runsNamed } from './originCandidates.js';
import type { Agree, Start } from './start.js';
import type { Supervisor } from './supervisor.js';

/** The experiment cannot be launched as it stands. */
export class LaunchError extends Error {
  /** @param problems places in the file, when that is what is wrong */
  constructor(
    message: string,
    readonly problems: readonly ExperimentProblem[] = [],
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
  /** The folder in which the experiments it builds on are looked for; the trainer's working directory. */
  folder: string;
  /** Where the runs are kept: `<folder>/.grpo-lab/runs`. */
  runsDir: string;
  /** Asked before anything starts, with the runs included that have to be launched first. */
  agree?: Agree;
}

export interface LaunchedRun {
  id: string;
  directory: string;
  experiment: string;
  /** Ids of the runs that have to provide something first; its watcher waits for them, with or without a window. */
  waitsFor: string[];
}

/**
 * Launches an experiment, and before it what it builds on and what is not there yet.
 * @returns the launched runs, first to last: one, or a chain whose last run is the requested one; none when the person did not agree
 * @throws LaunchError when the file has errors or its chain is broken
 */
export async function launchExperiment(request: LaunchRequest, supervisor: Supervisor): Promise<LaunchedRun[]> {
  const { experiment, problems } = parseExperiment(request.text);
  if (!experiment) {
    const errors = problems.filter((p) => p.severity === 'error');
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    throw new LaunchError(`${basename(request.path)} has errors: ${errors[0]?.message ?? 'unreadable.'}${more}`, errors);
  }
  // All of it is thought through before any of it starts.
  const planned: PlannedRun[] = [];
  await plan({ path: resolve(request.path), experiment, text: request.text }, request, planned, supervisor.jobs);
  const starts = planned.map(({ file }): Start => {
    const directory = join(request.runsDir, `${file.experiment.name}-…`);
    return { experiment: file.experiment, folder: dirname(file.path), cwd: request.folder, directory, resume: false };
  });
  if (request.agree && !(await request.agree(starts))) return [];
  return startAll(planned, request, supervisor);
}

type File = ExperimentFile & { text: string };

/** A run that is planned. What it builds on is there, is being made by a live run, or will be made by a run that is planned before it. */
interface PlannedRun {
  file: File;
  bases: ({ kind: OriginKind } & ({ at: RunCheckpoint } | { from: string | PlannedRun; step: number | null }))[];
}

/** Adds to the plan what has to be launched before a file, and then the file; a file that is in the plan already is not added again. */
async function plan(file: File, request: LaunchRequest, planned: PlannedRun[], jobs: Jobs): Promise<PlannedRun> {
  const already = planned.find((p) => p.file.path === file.path);
  if (already) return already;
  const bases: PlannedRun['bases'] = [];
  for (const origin of originsOf(file.experiment)) {
    const { kind } = origin;
    const { target, step } = parseFrom(origin.from) ?? { target: origin.from, step: null };
    const resolved = await resolveFrom(origin, await runsNamed(request.runsDir, target, jobs));
    if (resolved.kind === 'broken') throw new LaunchError(`${file.experiment.name} cannot start: ${resolved.message}`);
    if (resolved.kind === 'found') bases.push({ kind, at: resolved.at });
    else if (resolved.kind === 'live') bases.push({ kind, from: resolved.run, step });
    else
      bases.push({
        kind,
        from: await plan(await predecessor(file, origin, target, resolved.message, request), request, planned, jobs),
        step,
      });
  }
  const whole = { file: withAbsolutePaths(file), bases };
  planned.push(whole);
  return whole;
}

/**
 * The file with absolute paths of its texts and of its benchmarks' files.
 * @throws LaunchError when one is not there
 */
function withAbsolutePaths(file: File): File {
  const { experiment } = file;
  const folder = dirname(file.path);
  const [benchmarks, data] = [benchmarksFrom(folder, experiment.benchmarks), dataFrom(folder, experiment.data)];
  const policy = policyFrom(folder, experiment);
  const gone = benchmarks.flatMap((b) => ('file' in b && !existsSync(b.file) ? [`benchmark file ${b.file}`] : []));
  if ('questions' in data && !existsSync(data.questions)) gone.push(`file of questions ${data.questions}`);
  if ('mixture' in data)
    append(
      gone,
      data.mixture.flatMap((s) => ('path' in s && !existsSync(s.path) ? [`source of text ${s.path}`] : [])),
    );
  if (gone.length > 0) throw new LaunchError(`${experiment.name} cannot start: there is no ${gone.join(', and no ')}.`);
  return { ...file, experiment: { ...experiment, benchmarks, data, policy } };
}

/** A model of the python backend that is a folder has its absolute path; any other is a hub's name. */
function policyFrom(folder: string, { backend, policy }: Experiment): Experiment['policy'] {
  if (backend !== 'python' || !('model' in policy)) return policy;
  const model = resolve(folder, policy.model);
  return existsSync(model) ? { ...policy, model } : policy;
}

/** The experiment file that has what an experiment builds on. @throws LaunchError when there is none, or a circle */
async function predecessor(file: File, origin: Origin, target: string, why: string, request: LaunchRequest): Promise<File> {
  const others = (await readExperiments(request.folder)).filter((other) => other.path !== file.path);
  const chain = chainOf(file, [file, ...others]);
  if (!chain.ok) throw new LaunchError(chain.message);
  const { name } = file.experiment;
  const before = chain.files.find((other) => other !== file && other.experiment.name === target);
  if (!before) throw new LaunchError(`${name} cannot start: ${why} No experiment file in ${request.folder} is named "${target}" either.`);
  const unfit = whyUnfit(origin, `"${target}"`, before.experiment.method.name);
  if (unfit !== null) throw new LaunchError(`${name} cannot start: ${unfit}`);
  return before;
}

/** Starts the runs of a plan, first to last. */
async function startAll(planned: readonly PlannedRun[], request: LaunchRequest, supervisor: Supervisor): Promise<LaunchedRun[]> {
  const started = new Map<PlannedRun, LaunchedRun>();
  for (const entry of planned) {
    const { experiment, text, path } = entry.file;
    const origins: Origins = {};
    const wanted: OriginReferences = {};
    for (const base of entry.bases) {
      if ('at' in base) origins[base.kind] = base.at;
      else {
        const target = typeof base.from === 'string' ? base.from : started.get(base.from)!.id;
        wanted[base.kind] = referenceTo({ target, step: base.step });
      }
    }
    const run = { experiment, source: text, path, origins, cwd: request.folder };
    const directory = await supervisor.start(request.runsDir, run, wanted);
    started.set(entry, { id: basename(directory), directory, experiment: experiment.name, waitsFor: runsOf(wanted) });
  }
  return [...started.values()];
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
