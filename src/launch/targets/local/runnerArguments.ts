/** How a target has its own job start the watcher, where the job is: `runner --run D --target slurm --resume=--resume --job ID -- argv…`. */
import { parseArgs } from 'node:util';
import { afterArguments } from '../../awaitOrigins.js';
import type { OriginReferences, Work } from '../../job.js';

/** All but the job's id and the trainer's command line, which follow. */
export const runnerArguments = (directory: string, target: string, { resume }: Pick<Work, 'resume'>, after: OriginReferences): string[] => [
  '--run',
  directory,
  '--target',
  target,
  ...afterArguments(after),
  ...resume.map((argument) => `--resume=${argument}`),
];

/**
 * `own`: keys that the target wants in the record. `patience`: seconds after which the target kills the watcher when it has asked it to end.
 * @throws for options that there are not */
export function parseRunnerArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      run: { type: 'string' },
      job: { type: 'string' },
      target: { type: 'string', default: 'local' },
      after: { type: 'string', multiple: true, default: [] },
      resume: { type: 'string', multiple: true, default: [] },
      own: { type: 'string', multiple: true, default: [] },
      patience: { type: 'string' },
    },
  });
  const own = Object.fromEntries(values.own.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
  return { ...values, own, patience: values.patience === undefined ? undefined : Number(values.patience), argv: positionals };
}
