/** `grpo-lab import PATH` */
import { basename, resolve } from 'node:path';
import { importCounts } from '../../core/importCounts.js';
import { messageOf } from '../../core/messageOf.js';
import { runWords } from '../../core/runFacts.js';
import { importsOf, type EarlierImport } from '../../importing/earlierImports.js';
import { boundMemory } from '../../importing/memoryBound.js';
import { importOnce, type ImportedRun } from '../../importing/importOnce.js';
import { startFollowing } from '../../importing/startFollowing.js';
import { surveyRuns, unlisted } from '../../importing/surveyRuns.js';
import { programsIn } from '../../launch/ownPrograms.js';
import { chooseFormat, FormatQuestion, optionsOf, parseMapping, type ImportRequest } from '../../importing/request.js';
import { ImportError } from '../../importers/importer.js';
import { namesOf, runsOf } from '../../importers/severalRuns.js';
import { bytesProgress } from '../bar.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { followRuns } from '../followRuns.js';
import type { CliSession } from '../cliSession.js';

export interface ImportCommandOptions {
  all?: boolean;
  asOne?: boolean;
  follow?: boolean;
  detach?: boolean;
  format?: string;
  groupSize?: number;
  list?: boolean;
  map?: string;
  name?: string;
  python?: string;
  replace?: boolean;
  run?: string;
}

export async function importRollouts(session: CliSession, path: string, options: ImportCommandOptions): Promise<ExitCode> {
  const request = requestOf(path, options);
  boundMemory();
  if (options.list) return list(session, request);
  const requests = await chosenRuns(request, options);
  const earlier = await importsOf(session.runsDir, request.path);
  const { code, done } = options.follow ? await followed(session, requests, options) : await once(session, requests);
  const same = earlier.filter(({ run }) => done.some((one) => (one.run ?? null) === run));
  if (same.length > 0) await replace(session, same, options.replace ?? false);
  return code;
}

async function replace({ supervisor, output }: CliSession, earlier: readonly EarlierImport[], wanted: boolean): Promise<void> {
  const names = earlier.map(({ directory }) => basename(directory)).join(', ');
  if (!wanted) {
    output.line(`It had been imported as ${names}, which ${earlier.length === 1 ? 'stays' : 'stay'} (--replace would replace it).`);
    return;
  }
  for (const { directory } of earlier) {
    await supervisor.stop(directory, { graceSeconds: 10 });
    await supervisor.delete(directory);
  }
  output.line(`replaced ${names}`);
}

function requestOf(path: string, options: ImportCommandOptions): ImportRequest {
  const ways = (['run', 'all', 'asOne', 'list'] as const).filter((way) => options[way] !== undefined);
  if (ways.length > 1) throw new CliError('One of --run, --all, --as-one and --list at a time.', exit.usage);
  try {
    return {
      path: resolve(path),
      ...(options.format !== undefined && { format: options.format }),
      ...(options.groupSize !== undefined && { groupSize: options.groupSize }),
      ...(options.map !== undefined && { mapping: parseMapping(options.map) }),
      ...(options.name !== undefined && { name: options.name }),
      ...(options.run !== undefined && { run: options.run }),
      ...(options.python !== undefined && { python: options.python }),
    };
  } catch (error) {
    throw new CliError(messageOf(error), exit.usage);
  }
}

async function list({ output }: CliSession, request: ImportRequest): Promise<ExitCode> {
  const { importer, source, why } = await withUsageErrors(() => chooseFormat(request));
  const runs = await surveyRuns(importer, source, optionsOf(request), new AbortController().signal);
  output.line(`${importer.title}, for it has ${why}`);
  if (runs.length === 0) output.line('No runs are told apart in it: it is imported as one.');
  else
    output.table(
      ['run', 'files', 'what is known of it'],
      runs.map((run) => [run.name === run.id ? run.id : `${run.id} (${run.name})`, String(run.files), runWords(run, runs).join(' · ')]),
      '<>',
    );
  const left = await unlisted(importer, source);
  if (left !== null) output.line(left);
  output.value(runs);
  return exit.ok;
}

/**
 * The run that is named, each of them, or all as one: of several a person has to say which.
 * @throws CliError that names them
 */
async function chosenRuns(request: ImportRequest, { all, asOne }: ImportCommandOptions): Promise<ImportRequest[]> {
  if (request.run !== undefined || asOne) return [request];
  const { importer, source } = await withUsageErrors(() => chooseFormat(request));
  const runs = await runsOf(importer, source);
  if (runs.length < 2) return [request];
  if (all) return runs.map(({ id }) => ({ ...request, run: id }));
  throw new CliError(
    `${runs.length} runs are in ${request.path}: ${namesOf(runs)}.\nImport one with --run NAME, each with --all, or all of it as one run with --as-one; --list shows what is known of each.`,
    exit.usage,
  );
}

/** Requests that were carried out, whatever became of the others. */
interface Imported {
  code: ExitCode;
  done: ImportRequest[];
}

async function once(session: CliSession, requests: readonly ImportRequest[]): Promise<Imported> {
  const { output, runsDir, trainer } = session;
  const cancel = new AbortController();
  const onInterrupt = (): void => cancel.abort();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  const runs: ImportedRun[] = [];
  const done: ImportRequest[] = [];
  const failed: { run: string; message: string }[] = [];
  try {
    for (const request of requests) {
      const bar = bytesProgress(`importing ${request.run ?? basename(request.path)}`);
      try {
        const control = { distFolder: trainer.distFolder, signal: cancel.signal, progress: bar.update };
        const run = await withUsageErrors(() => importOnce(runsDir, request, control)).finally(bar.stop);
        report(session, run);
        runs.push(run);
        done.push(request);
      } catch (error) {
        // Of several the others may be sound.
        if (cancel.signal.aborted || requests.length === 1 || !(error instanceof CliError)) throw error;
        failed.push({ run: request.run!, message: error.message });
        output.line(`${request.run!}: nothing was imported. ${error.message}`);
      }
    }
  } catch (error) {
    if (!cancel.signal.aborted) throw error;
    output.line(
      done.length === 0 ? 'Cancelled: nothing was imported.' : `Cancelled: of ${requests.length} runs ${done.length} were imported.`,
    );
    output.value({ cancelled: true, ...(runs.length > 0 && { runs }) });
    return { code: exit.interrupted, done };
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
  output.value(requests.length === 1 ? runs[0] : { runs, failed });
  return { code: failed.length > 0 ? exit.failed : exit.ok, done };
}

async function followed(session: CliSession, requests: readonly ImportRequest[], options: ImportCommandOptions): Promise<Imported> {
  const runs: { id: string; directory: string; format: string; follow: true }[] = [];
  for (const request of requests) {
    const { importer, why } = await withUsageErrors(() => chooseFormat(request));
    const directory = await withUsageErrors(() => startFollowing(session.runsDir, request, programsIn(session.trainer.distFolder)));
    const id = basename(directory);
    const what = request.run === undefined ? request.path : `${request.run} of ${request.path}`;
    session.output.line(`${id} follows ${what} (${importer.title}: ${why}): ${directory}`);
    runs.push({ id, directory, format: importer.id, follow: true });
  }
  const done = [...requests];
  if (!options.detach)
    return {
      code: await followRuns(
        session,
        runs.map(({ id }) => id),
      ),
      done,
    };
  session.output.value(runs.length === 1 ? runs[0] : runs);
  return { code: exit.ok, done };
}

function report({ output }: CliSession, run: ImportedRun): void {
  output.line(`${run.id} imported: ${run.directory}`);
  output.facts([
    ['format', `${run.format} (${run.why})`],
    ['imported', importCounts(run)],
    ['groups', String(run.groups)],
    ['solutions', String(run.solutions)],
    ['last step', String(run.step)],
  ]);
  for (const { level, message, setting } of run.notes) {
    const option = setting === 'groupSize' ? ' (--group-size)' : setting === 'mapping' ? ' (--map)' : '';
    output.line(`  ${level === 'warning' ? 'warning' : 'note'}: ${message}${option}`);
  }
}

/** What a person has to decide or to put right is wrong usage, not failure. */
async function withUsageErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FormatQuestion)
      throw new CliError(`${error.message}\nSay which with --format, or name the fields with --map.`, exit.usage);
    if (error instanceof ImportError) throw new CliError(error.message, exit.failed);
    throw error;
  }
}
