/** `grpo-lab run FILE` */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { messageOf } from '../../core/messageOf.js';
import { deleteValue, setValue } from '../../experiment/edit.js';
import { launchExperiment, LaunchError, type LaunchedRun } from '../../launch/launchExperiment.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { followRuns } from '../followRuns.js';
import type { CliSession } from '../cliSession.js';
import { showing } from '../shownCommand.js';
import { problemLine } from './validate.js';

export interface RunOptions {
  detach?: boolean;
  /** `key.path=value`, each changing one value of the experiment for this run. */
  set?: string[];
  /** Shows what would run, and starts nothing. */
  dryRun?: boolean;
}

export async function run(session: CliSession, file: string, options: RunOptions): Promise<ExitCode> {
  const { output, folder, runsDir, supervisor } = session;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliError(`${file} cannot be read: ${messageOf(error)}.`, exit.usage);
  });
  const changedText = applySettings(text, options.set ?? []);
  const launched = await launch(file, () =>
    launchExperiment({ path: file, text: changedText, folder, runsDir, agree: showing(session, options) }, supervisor),
  );
  if (launched.length === 0) {
    output.line('Nothing was started.');
    output.value(launched);
    return exit.ok;
  }
  for (const { id, waitsFor, directory } of launched)
    output.line(
      `${id}${waitsFor.length === 0 ? ' started' : ` starts when ${waitsFor.join(' and ')} ${waitsFor.length === 1 ? 'has' : 'have'} finished`}: ${directory}`,
    );
  if (!options.detach)
    return followRuns(
      session,
      launched.map((r) => r.id),
    );
  output.value(launched);
  return exit.ok;
}

/**
 * The text with `key.path=value` settings applied; values are YAML: `0.1`, `[1, 2]`, `cosine`; without a value the key goes
 * back to its default.
 * @throws CliError when a setting is malformed or does not fit the file
 */
export function applySettings(text: string, settings: readonly string[]): string {
  return settings.reduce((changed, setting) => {
    const at = setting.indexOf('=');
    if (at < 1) throw new CliError(`--set ${setting}: write KEY=VALUE, e.g. --set optimiser.learning_rate=1e-4`, exit.usage);
    const path = setting
      .slice(0, at)
      .split('.')
      .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    try {
      const value = setting.slice(at + 1);
      return value === '' ? deleteValue(changed, path) : setValue(changed, path, parse(value) as unknown);
    } catch (error) {
      throw new CliError(`--set ${setting}: ${messageOf(error)}`, exit.usage);
    }
  }, text);
}

/** Problems of the file go out as lines of their own, like those of `validate`. */
async function launch(file: string, start: () => Promise<LaunchedRun[]>): Promise<LaunchedRun[]> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    const message = error.problems.length > 0 ? error.problems.map((p) => problemLine(file, p)).join('\n') : error.message;
    throw new CliError(message, exit.usage);
  }
}
