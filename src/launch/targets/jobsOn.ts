/** Every target of this installation. */
import { Jobs } from '../jobs.js';
import type { Programs } from '../ownPrograms.js';
import { LocalTarget } from './local/localTarget.js';
import { RayTarget } from './ray/rayTarget.js';
import { SlurmTarget } from './slurm/slurmTarget.js';
import { SshTarget } from './ssh/sshTarget.js';

export const jobsOn = (programs: Programs): Jobs =>
  new Jobs([new LocalTarget(programs), new SlurmTarget(programs), new RayTarget(programs), new SshTarget(programs)]);
