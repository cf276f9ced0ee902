import { pythonCommand } from '../../experiment/pythonCommand.js';
import { nodesOf, type TargetSettings } from '../../experiment/targets/targets.js';

/**
 * A command line of Python as several processes, by `torchrun` or `accelerate launch` of the same interpreter; as it is where one process
 * is wanted.
 * @throws when it is no Python (`targetChecks.ts` finds that first)
 */
export function inProcesses(argv: readonly string[], target: TargetSettings): string[] {
  const { processes, launcher, launcher_args: own } = target;
  if (processes === 1 && nodesOf(target) === 1) return [...argv];
  const command = pythonCommand(argv);
  if (!command) throw new Error(`${launcher} cannot start ${argv[0] ?? 'nothing'}: it starts a script or module of Python.`);
  const { interpreter, program } = command;
  return [...interpreter, ...launchers[launcher](processes), ...own, ...program];
}

const launchers: Record<TargetSettings['launcher'], (processes: number) => string[]> = {
  torchrun: (processes) => ['-m', 'torch.distributed.run', '--standalone', `--nproc_per_node=${processes}`],
  accelerate: (processes) => ['-m', 'accelerate.commands.launch', `--num_processes=${processes}`, '--num_machines=1'],
};
