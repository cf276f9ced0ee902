/** `grpo-lab import PATH` */
import { basename, resolve } from 'node:path';
import { importCounts } from '../../core/importCounts.js';
import { messageOf } from '../../core/messageOf.js';
import { importsOf } from '../../importing/earlierImports.js';
import { boundMemory } from '../../importing/memoryBound.js';
import { importOnce, type ImportedRun } from '../../importing/importOnce.js';
import { startFollowing } from '../../importing/startFollowing.js';
import { programsIn } from '../../launch/ownPrograms.js';
import { chooseFormat, FormatQuestion, parseMapping, type ImportRequest } from '../../importing/request.js';
import { ImportError } from '../../importers/importer.js';
import { bytesProgress } from '../bar.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { followRuns } from '../followRuns.js';
import type { CliSession } from '../cliSession.js';

export interface ImportCommandOptions {
  follow?: boolean;
  detach?: boolean;
  format?: string;
  groupSize?: number;
  map?: string;
  name?: string;
  python?: string;
  replace?: boolean;
  run?: string;
}

export async function importRollouts(session: CliSession, path: string, options: ImportCommandOptions): Promise<ExitCode> {
  const request = requestOf(path, options);
  boundMemory();
  const earlier = await importsOf(session.runsDir, request.path);
  const code = options.follow ? await followed(session, request, options) : await once(session, request);
  if (code === exit.interrupted && !options.follow) return code;
  if (earlier.length === 0) return code;
  if (options.replace) {
    for (const directory of earlier) {
      await session.supervisor.stop(directory, { graceSeconds: 10 });
      await session.supervisor.delete(directory);
    }
    session.output.line(`replaced ${earlier.map((directory) => basename(directory)).join(', ')}`);
  } else {
    session.output.line(
      `It had been imported as ${earlier.map((directory) => basename(directory)).join(', ')}, which stays (--replace would replace it).`,
    );
  }
  return code;
}

function requestOf(path: string, options: ImportCommandOptions): ImportRequest {
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

async function once(session: CliSession, request: ImportRequest): Promise<ExitCode> {
  const cancel = new AbortController();
  const onInterrupt = (): void => cancel.abort();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  const bar = bytesProgress(`importing ${basename(request.path)}`);
  try {
    const run = await withUsageErrors(() =>
      importOnce(session.runsDir, request, { distFolder: session.trainer.distFolder, signal: cancel.signal, progress: bar.update }),
    );
    bar.stop();
    report(session, run);
    return exit.ok;
  } catch (error) {
    bar.stop();
    if (!cancel.signal.aborted) throw error;
    session.output.line('Cancelled: nothing was imported.');
    session.output.value({ cancelled: true });
    return exit.interrupted;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

async function followed(session: CliSession, request: ImportRequest, options: ImportCommandOptions): Promise<ExitCode> {
  const { importer, why } = await withUsageErrors(() => chooseFormat(request));
  const directory = await withUsageErrors(() => startFollowing(session.runsDir, request, programsIn(session.trainer.distFolder)));
  const id = basename(directory);
  session.output.line(`${id} follows ${request.path} (${importer.title}: ${why}): ${directory}`);
  if (!options.detach) return followRuns(session, [id]);
  session.output.value({ id, directory, format: importer.id, follow: true });
  return exit.ok;
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
  output.value(run);
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
