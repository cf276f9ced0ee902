/** The python backend: `python -m grpo_lab.train`, from the package that comes with GRPO Lab. */
import { delimiter, dirname, join } from 'node:path';
import type { Experiment } from '../experiment/schema.js';
import type { Place, TrainerProgram } from '../launch/backend.js';
import { version } from '../../package.json';
import type { CommandOptions } from './command/resolveCommand.js';
import { inProcesses } from './command/severalProcesses.js';
import { interpreter, interpreterFacts, type KnownPackage } from './environment/environmentFacts.js';
import { neededPackages } from './environment/neededPackages.js';
import { environmentOf } from './environmentOf.js';
import { filesOf } from './filesOf.js';
import { findNode } from './findNode.js';

export async function pythonTrainer(options: CommandOptions, experiment: Experiment, place: Place): Promise<TrainerProgram> {
  const node = await findNode(options.nodePath);
  const python = interpreter(options.python ?? 'python3');
  const wanted = neededPackages(experiment);
  // What another machine has, it says itself when the trainer starts there.
  const isHere = place.of(options.distFolder) === options.distFolder;
  const versions = isHere ? await versionsIn(python, wanted) : {};
  const folder = join(dirname(options.distFolder), 'python');
  const env = environmentOf(experiment);
  const { PYTHONPATH: before } = { ...process.env, ...env };
  return {
    argv: trainCommand(experiment, python, place.directory),
    resume: ['--resume'],
    env: {
      ...env,
      PYTHONPATH: [place.of(folder), ...(before ? [before] : [])].join(delimiter),
      GRPO_LAB_NODE: node.executable,
      GRPO_LAB_DIST: place.of(options.distFolder),
    },
    files: [options.distFolder, join(folder, 'grpo_lab'), ...filesOf(experiment)],
    resources: { threads: experiment.launch.threads ?? null },
    versions: { 'grpo-lab-train': version, ...versions },
  };
}

/** What is started; several processes by the target's launcher. */
export const trainCommand = (experiment: Experiment, python: string, directory: string): string[] =>
  inProcesses([python, '-m', 'grpo_lab.train', '--run', directory], experiment.launch.target);

/**
 * Versions of packages in an interpreter, which imports none of them for that.
 * @throws when it does not run, is too old, or lacks one
 */
async function versionsIn(python: string, wanted: readonly KnownPackage[]): Promise<Record<string, string>> {
  const { found, why } = await interpreterFacts(python);
  if (!found)
    throw new Error(
      `"${python}" does not run as Python (${why}). Choose an interpreter in the setting grpoLab.python (command line: --python), or in the Python extension.`,
    );
  const [major, minor] = found.version.split('.').map(Number);
  if (major < 3 || (major === 3 && minor < 10))
    throw new Error(`${python} is Python ${found.version}; the python backend needs 3.10 or newer.`);
  const missing = wanted.filter((name) => !Object.hasOwn(found.packages, name));
  if (missing.length > 0)
    throw new Error(
      `${python} has no ${missing.join(', ')}, which the python backend needs: ${python} -m pip install ${missing.join(' ')}`,
    );
  return { python: found.version, ...Object.fromEntries(wanted.map((name) => [name, found.packages[name]])) };
}
