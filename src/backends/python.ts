/** The python backend: `python -m grpo_lab.train`, from the package that comes with GRPO Lab. */
import { execFile } from 'node:child_process';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Experiment } from '../experiment/schema.js';
import type { Place, TrainerProgram } from '../launch/backend.js';
import { version } from '../../package.json';
import type { CommandOptions } from './command/resolveCommand.js';
import { inProcesses } from './command/severalProcesses.js';
import { environmentOf } from './environmentOf.js';
import { filesOf } from './filesOf.js';
import { findNode } from './findNode.js';

const run = promisify(execFile);

/** What it cannot do without, beside what an experiment asks for. */
const packages = ['torch', 'transformers', 'trl'];

export async function pythonTrainer(options: CommandOptions, experiment: Experiment, place: Place): Promise<TrainerProgram> {
  const node = await findNode(options.nodePath);
  const python = interpreter(options.python ?? 'python3');
  const wanted = [
    ...packages,
    ...('lora' in experiment.policy && experiment.policy.lora ? ['peft'] : []),
    ...(experiment.sampling.engine === 'vllm' ? ['vllm'] : []),
  ];
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

/** A path holds wherever the trainer starts; a name is looked for on PATH. */
const interpreter = (named: string): string => (/[\\/]/.test(named) ? resolve(named) : named);

/**
 * Versions of packages in an interpreter, which imports none of them for that.
 * @throws when it does not run, is too old, or lacks one
 */
async function versionsIn(python: string, wanted: readonly string[]): Promise<Record<string, string>> {
  const look = [
    'import json, sys',
    'from importlib import metadata',
    'found = {"python": ".".join(map(str, sys.version_info[:3]))}',
    'for name in sys.argv[1:]:',
    '    try: found[name] = metadata.version(name)',
    '    except metadata.PackageNotFoundError: pass',
    'print(json.dumps(found))',
  ].join('\n');
  const answer = await run(python, ['-c', look, ...wanted], { timeout: 60_000, windowsHide: true }).catch((error: unknown) => {
    throw new Error(
      `"${python}" does not run as Python. Choose an interpreter in the setting grpoLab.python (command line: --python), or in the Python extension.`,
      { cause: error },
    );
  });
  const found = JSON.parse(answer.stdout) as Record<string, string>;
  const [major, minor] = found.python.split('.').map(Number);
  if (major < 3 || (major === 3 && minor < 10))
    throw new Error(`${python} is Python ${found.python}; the python backend needs 3.10 or newer.`);
  const missing = wanted.filter((name) => !Object.hasOwn(found, name));
  if (missing.length > 0)
    throw new Error(
      `${python} has no ${missing.join(', ')}, which the python backend needs: ${python} -m pip install ${missing.join(' ')}`,
    );
  return found;
}
