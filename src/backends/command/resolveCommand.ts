/** Any command line as a trainer: `dist/command.cjs` starts it, follows what it writes, and keeps the run directory. */
import { availableParallelism } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { shellWord } from '../../core/shellWord.js';
import { fillPlaceholders } from '../../experiment/placeholders.js';
import type { Experiment } from '../../experiment/schema.js';
import type { Place, TrainerProgram } from '../../launch/backend.js';
import { version } from '../../../package.json';
import type { EndpointOptions } from '../endpoint.js';
import { filesOf } from '../filesOf.js';
import { environmentOf } from '../environmentOf.js';
import { traceSettings } from './capture.js';
import { isCaptured } from './isCaptured.js';
import { inProcesses, type Meeting } from './severalProcesses.js';
import { findNode } from '../findNode.js';

export interface CommandOptions extends EndpointOptions {
  /** Python for `${python}`: the editor's selected one, or `python3`. */
  python?: string;
}

export async function followedCommand(
  options: CommandOptions,
  experiment: Experiment,
  place: Place,
  folder: string,
): Promise<TrainerProgram> {
  const packages = join(dirname(options.distFolder), 'python');
  if (place.python !== undefined) return commandInPython(experiment, { ...place, python: place.python }, folder, packages);
  const node = await findNode(options.nodePath);
  const python = options.python ?? 'python3';
  const captured = isCaptured(experiment);
  const capture = captured ? ['--packages', place.of(packages)] : [];
  return {
    argv: [node.executable, place.of(join(options.distFolder, 'command.cjs')), '--run', place.directory, '--python', python, ...capture],
    resume: ['--resume'],
    env: environmentOf(experiment),
    files: [options.distFolder, ...(captured ? [join(packages, 'grpo_lab')] : []), ...filesOf(experiment)],
    resources: { threads: experiment.launch.threads ?? null },
    versions: { 'command-backend': version, node: node.version },
  };
}

/**
 * The same where there is no Node: `python -m grpo_lab.command`. It leaves the events to the command, or to capture.
 * @param packages the folder that `grpo_lab` lies in here
 */
function commandInPython(experiment: Experiment, place: Place & { python: string }, folder: string, packages: string): TrainerProgram {
  const { target, threads } = experiment.launch;
  const { argv, resume, cwd, env, watch, stopGrace } = resolveCommand(experiment, folder, place.directory, place.python);
  if (watch.length > 0)
    throw new Error(
      `command.watch: files are followed where Node is, not at ${target.name}. Leave it out: capture or grpo_lab.events tell more.`,
    );
  const captured = isCaptured(experiment);
  const { cwd: named } = experiment.command!;
  const options = ['--run', place.directory, '--cwd', isAbsolute(named) ? named : place.of(cwd), '--stop-grace', String(stopGrace)];
  const path = [place.of(packages), ...(env.PYTHONPATH ? [env.PYTHONPATH] : [])].join(':');
  const own = 'files' in target ? target.files.map((file) => resolve(folder, file)) : [];
  return {
    argv: [place.python, '-m', 'grpo_lab.command', ...options, ...(captured ? ['--capture'] : []), '--', ...argv],
    resume,
    env: { ...env, PYTHONPATH: path, ...(captured && traceSettings(experiment)) },
    files: [join(packages, 'grpo_lab'), ...own, ...filesOf(experiment)],
    resources: { threads: threads ?? null },
    versions: { 'command-backend': version },
  };
}

/** The command of an experiment for one run directory: arguments as the process gets them, and absolute paths. */
export interface ResolvedCommand {
  argv: string[];
  /** Added when the run is resumed. */
  resume: string[];
  cwd: string;
  /** Added to the environment. */
  env: Record<string, string>;
  watch: { path: string; format: string | undefined; groupSize: number | undefined }[];
  /** Seconds that it may take to end by itself before it gets a signal. */
  stopGrace: number;
}

/**
 * Fills in the placeholders of an experiment's command.
 * @param folder absolute, of the experiment file
 * @param meeting known inside a job of several nodes
 * @throws when the experiment has no command, or a placeholder in it stands for nothing
 */
export function resolveCommand(
  experiment: Experiment,
  folder: string,
  runDirectory: string,
  python: string,
  meeting?: Meeting,
): ResolvedCommand {
  const { command, method } = experiment;
  if (!command) throw new Error(`${experiment.name} names no command to run.`);
  const threads = String(experiment.launch.threads ?? availableParallelism());
  const fill = (text: string) => fillPlaceholders(text, experiment, { python, run_dir: runDirectory, threads });
  const cwd = resolve(folder, fill(command.cwd));
  return {
    argv: inProcesses(command.run.map(fill), experiment.launch.target, meeting),
    resume: command.resume.map(fill),
    cwd,
    env: Object.fromEntries(Object.entries(environmentOf(experiment)).map(([name, value]) => [name, fill(value)])),
    watch: command.watch.map(({ path, format, group_size }) => {
      const filled = fill(path);
      return {
        path: isAbsolute(filled) ? filled : resolve(cwd, filled),
        format,
        groupSize: group_size ?? ('group_size' in method ? method.group_size : undefined),
      };
    }),
    stopGrace: command.stop_grace,
  };
}

/** A command line to be read before it runs; words with blanks or signs are quoted as a shell would want them, though no shell reads it. @param beforeOption what parts a word that begins with `-` from the one before it */
export const shownCommand = (argv: readonly string[], beforeOption = ' '): string =>
  argv.map(shellWord).reduce((line, word) => `${line}${word.startsWith('-') ? beforeOption : ' '}${word}`);
