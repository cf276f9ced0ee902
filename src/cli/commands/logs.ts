/** `grpo-lab logs RUN` */
import { allRows } from '../../core/listPages.js';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { layout } from '../../protocol/layout.js';
import { openRegular } from '../../core/files/regularFile.js';
import { leftOf, tailOf } from '../../launch/tail.js';
import type { LogLine } from '../../store/views.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { findRun, knownRuns } from '../runRef.js';
import type { CliSession } from '../cliSession.js';

export interface LogsOptions {
  lines: number;
  stdout?: boolean;
  stderr?: boolean;
  follow?: boolean;
}

const POLL_MS = 500;

/** The trainer's log lines and its last error output; or one captured stream, whole or as it grows. */
export async function logs(session: CliSession, reference: string, options: LogsOptions): Promise<ExitCode> {
  if (options.follow && session.output.json) throw new CliError('--follow never comes to one JSON value: leave out --json.', exit.usage);
  const store = await session.queries();
  const { id } = findRun(reference, await knownRuns(store));
  const directory = join(session.runsDir, id);
  const stream = options.stdout ? layout.stdout : options.stderr || options.follow ? layout.stderr : undefined;
  if (stream !== undefined) return captured(session, await session.jobs.log(directory, stream), directory, options);

  const newest = await allRows((after) => store.logs(id, { after }), options.lines);
  const lines = newest.reverse().sort((a, b) => a.time.localeCompare(b.time));
  const stderr = await tailOf(await session.jobs.log(directory, layout.stderr), options.lines);
  for (const line of lines) session.output.line(logText(line));
  if (stderr.length > 0) session.output.line(lines.length > 0 ? '\nstandard error:' : 'standard error:');
  for (const line of stderr) session.output.line(`  ${line}`);
  if (lines.length + stderr.length === 0) session.output.line(`${id} has logged nothing.`);
  session.output.value({ id, lines, stderr });
  return exit.ok;
}

const logText = ({ time, level, step, message }: LogLine): string =>
  `${time}  ${level}${step === null ? '' : `  step ${step}`}  ${message}`;

async function captured(session: CliSession, file: string, directory: string, options: LogsOptions): Promise<ExitCode> {
  const recent = await tailOf(file, options.lines);
  for (const line of recent) session.output.line(line);
  if (options.follow) await followFile(session, file, directory);
  else session.output.value(recent);
  return exit.ok;
}

/** Lines as they are written, until the run has ended. */
async function followFile(session: CliSession, file: string, directory: string): Promise<void> {
  let from = await sizeOf(file);
  let rest = '';
  for (;;) {
    // Asked before reading: what was written before the end is then read for certain.
    const health = await session.supervisor.health(directory);
    await session.jobs.mirror(directory);
    const size = await sizeOf(file);
    if (size > from) {
      const pieces = createReadStream(file, {
        fd: openRegular(file),
        start: from,
        end: size - 1,
        encoding: 'utf8',
      }) as AsyncIterable<string>;
      for await (const piece of pieces) rest += piece;
      const lines = rest.split(/\r?\n/);
      rest = lines.pop() ?? '';
      for (const line of lines) session.output.line(leftOf(line));
      from = size;
    }
    if (health !== 'alive') break;
    await sleep(POLL_MS);
  }
  if (rest !== '') session.output.line(leftOf(rest));
}

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    (s) => s.size,
    () => 0, // nothing was captured yet
  );
