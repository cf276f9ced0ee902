import type { Turn } from '../turn.js';
import { slurm } from './commands.js';
import { restartsOf } from './jobStates.js';

/** The turn that this process has been given, from what SLURM says in the environment of a job. */
export function slurmTurn(env: NodeJS.ProcessEnv): Turn {
  const { SLURM_JOB_ID: id = '', SLURM_RESTART_COUNT: restarts = '0', SLURM_JOB_NODELIST: nodes } = env;
  return {
    former: Number(restarts),
    nodes,
    giveBack: async () => {
      await slurm('scontrol', ['requeue', id]);
    },
    // It counts the next turn as soon as it has ended this one.
    isTakenBack: async () => (restartsOf(await slurm('scontrol', ['show', 'job', '--oneliner', id])) ?? 0) > Number(restarts),
  };
}
