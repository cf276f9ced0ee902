/** `grpo-lab check FILE` */
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { checkEnvironment, environmentText } from '../../backends/environment/checkEnvironment.js';
import { messageOf } from '../../core/messageOf.js';
import { parseExperiment } from '../../experiment/parse.js';
import { offerLines } from '../../launch/offerLines.js';
import type { CliSession } from '../cliSession.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { problemLine } from './validate.js';

/** Looks whether this machine has what an experiment needs; starts nothing of it. */
export async function check({ output, folder, runsDir, trainer, jobs }: CliSession, file: string): Promise<ExitCode> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliError(`${file} cannot be read: ${messageOf(error)}.`, exit.usage);
  });
  const { experiment, problems } = parseExperiment(text);
  if (!experiment) throw new CliError(problems.map((p) => problemLine(file, p)).join('\n'), exit.usage);
  const directory = join(runsDir, `${experiment.name}-…`);
  const start = { experiment, folder: dirname(resolve(file)), directory, cwd: folder, resume: false };
  const lines = await checkEnvironment(start, trainer.python ?? 'python3');
  for (const line of lines) output.line(environmentText(line));
  for (const line of await offerLines(experiment, jobs)) output.line(`  ${line}`);
  output.value(lines);
  return lines.some((line) => line.state === 'fails') ? exit.failed : exit.ok;
}
