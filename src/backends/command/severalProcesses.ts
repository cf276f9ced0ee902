import { pythonCommand } from '../../experiment/pythonCommand.js';
import { nodesOf, type TargetSettings } from '../../experiment/targets/targets.js';

/** Where the processes of several nodes find each other; `…` where that is not known yet. */
export interface Meeting {
  /** The same for all processes of one life of the run, and no others. */
  id: string;
  /** Name of the first node. */
  host: string;
  port: string;
}

export const notYet: Meeting = { id: '…', host: '…', port: '…' };

/**
 * Inside a job of SLURM, on its first node.
 * @param host of this machine
 */
export function meetingOf({ SLURM_JOB_ID: job, SLURM_RESTART_COUNT: restart = '0' }: NodeJS.ProcessEnv, host: string): Meeting {
  if (job === undefined) return notYet;
  // Jobs that share a node differ in their ids; below the ports that systems give away.
  return { id: `${job}.${restart}`, host, port: String(20_000 + (Number(job) % 10_000)) };
}

/**
 * A command line of Python as several processes, by `torchrun` or `accelerate launch` of the same interpreter; as it is where one process
 * is wanted.
 * @throws when it is no Python (`targetChecks.ts` finds that first)
 */
export function inProcesses(argv: readonly string[], target: TargetSettings, meeting = notYet): string[] {
  const { processes, launcher, launcher_args: own } = target;
  const nodes = nodesOf(target);
  if (processes === 1 && nodes === 1) return [...argv];
  const command = pythonCommand(argv);
  if (!command) throw new Error(`${launcher} cannot start ${argv[0] ?? 'nothing'}: it starts a script or module of Python.`);
  const { interpreter, program } = command;
  if (nodes > 1) return [...oneEach(nodes), ...interpreter, ...acrossNodes(nodes, processes, meeting), ...own, ...program];
  return [...interpreter, ...launchers[launcher](processes), ...own, ...program];
}

const torchrun = ['-m', 'torch.distributed.run'];

const launchers: Record<TargetSettings['launcher'], (processes: number) => string[]> = {
  torchrun: (processes) => [...torchrun, '--standalone', `--nproc_per_node=${processes}`],
  accelerate: (processes) => ['-m', 'accelerate.commands.launch', `--num_processes=${processes}`, '--num_machines=1'],
};

/** One launcher on each node; when one of them fails none is left waiting for it. */
const oneEach = (nodes: number): string[] => [
  'srun',
  `--nodes=${nodes}`,
  `--ntasks=${nodes}`,
  '--ntasks-per-node=1',
  '--kill-on-bad-exit=1',
];

const acrossNodes = (nodes: number, processes: number, { id, host, port }: Meeting): string[] => [
  ...torchrun,
  `--nnodes=${nodes}`,
  `--nproc_per_node=${processes}`,
  '--rdzv_backend=c10d',
  `--rdzv_id=${id}`,
  `--rdzv_endpoint=${host}:${port}`,
];
