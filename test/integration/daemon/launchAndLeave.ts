/** Launches an experiment on the daemon and is gone: `node launchAndLeave.cjs <folder> <experiment file> <url> <disk>`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Jobs } from '../../../src/launch/jobs.js';
import { launchExperiment } from '../../../src/launch/launchExperiment.js';
import { Supervisor } from '../../../src/launch/supervisor.js';
import { smallBackends } from '../smallBackends.js';
import { DaemonTarget } from './daemonTarget.js';

const [folder, path, url, disk] = process.argv.slice(2);
const supervisor = new Supervisor(new Jobs([new DaemonTarget(url, disk)]), smallBackends(folder), () => ({ name: 'daemon' }));
const where = { folder, runsDir: join(folder, '.grpo-lab', 'runs') };
void readFile(path, 'utf8')
  .then((text) => launchExperiment({ path, text, ...where }, supervisor))
  .then(([run]) => {
    console.log(run.directory);
    process.exit(0);
  });
