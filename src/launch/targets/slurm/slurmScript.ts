/** The script of a job: options of sbatch, and one command. It runs again as it stands when the job is given another turn. */
import { basename, join } from 'node:path';
import type { SettingsOfTarget } from '../../../experiment/targets/targets.js';
import { shellWord } from '../../../core/shellWord.js';
import type { OriginReferences, Work } from '../../job.js';
import type { Programs } from '../../ownPrograms.js';
import { RUNNER_LOG } from '../local/runnerLog.js';
import { runnerArguments } from '../local/runnerArguments.js';

/** As SLURM and bash have them, in each life of the job: its id, and how often it was requeued. */
const jobName = '"$SLURM_JOB_ID.${SLURM_RESTART_COUNT:-0}"';

/** @throws for a name or value that SLURM or a shell cannot take */
export function slurmScript(
  directory: string,
  work: Work,
  settings: SettingsOfTarget<'slurm'>,
  programs: Programs,
  after: OriginReferences = {},
): string {
  const options = optionsOf(directory, work, settings);
  const runner = [programs.executable, join(programs.folder, 'runner.cjs'), ...runnerArguments(directory, 'slurm', work, after)];
  const env = Object.entries({ ...(process.versions.electron && { ELECTRON_RUN_AS_NODE: '1' }), ...work.env });
  const [first, ...rest] = runner.map(shellWord);
  return `${[
    '#!/bin/bash',
    ...options.map(([name, value]) => `#SBATCH --${name}${value === '' ? '' : `=${optionValue(value)}`}`),
    '',
    ...settings.setup,
    ...(settings.cpus === undefined ? [] : ['export SRUN_CPUS_PER_TASK="$SLURM_CPUS_PER_TASK"']),
    ...env.map(([name, value]) => `export ${variable(name)}=${shellWord(value)}`),
    `exec ${[first, ...inLines(rest)].join(' ')} \\`,
    `  --job ${jobName} \\`,
    `  -- ${work.argv.map(shellWord).join(' ')}`,
  ].join('\n')}\n`;
}

function variable(name: string): string {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error(`launch.env: a shell knows no variable called ${JSON.stringify(name)}.`);
  return name;
}

/** Each option on a line of its own. */
const inLines = (words: readonly string[]): string[] => words.map((word) => (word.startsWith('--') ? `\\\n  ${word}` : word));

function optionsOf(directory: string, { cwd }: Work, s: SettingsOfTarget<'slurm'>): [name: string, value: string][] {
  const given: [string, string | number | undefined][] = [
    ['job-name', basename(directory)],
    // A % begins a pattern.
    ['output', join(directory, RUNNER_LOG).replaceAll('%', '%%')],
    ['open-mode', 'append'],
    ['chdir', cwd],
    ['nodes', s.nodes],
    ['ntasks-per-node', 1],
    ['cpus-per-task', s.cpus],
    ['mem', s.memory],
    [
      'gpus-per-node',
      s.gpus_per_node === undefined ? undefined : [s.gpu_type, s.gpus_per_node].filter((part) => part !== undefined).join(':'),
    ],
    ['time', s.time],
    ['partition', s.partition],
    ['account', s.account],
    ['qos', s.qos],
    ['signal', `B:USR2@${s.warning}`],
    [s.requeue ? 'requeue' : 'no-requeue', ''],
    ...Object.entries(s.options),
  ];
  return given.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
}

/** sbatch takes a value with blanks or signs in double quotes. @throws for one that no line can hold */
function optionValue(value: string): string {
  if (/\p{Cc}/u.test(value))
    throw new Error(`SLURM takes no path or option with a line break or another control character: ${JSON.stringify(value)}.`);
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}
