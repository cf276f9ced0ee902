import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import { shellWord } from '../../../core/shellWord.js';
import type { SettingsOfTarget } from '../../../experiment/targets/targets.js';
import { PROTOCOL_VERSION } from '../../../protocol/events.js';
import { type JobRecord, readJob, writeJob } from '../../../protocol/jobRecord.js';
import type { OriginReferences, Work } from '../../job.js';
import type { Programs } from '../../ownPrograms.js';
import { runnerArguments } from '../local/runnerArguments.js';
import { RUNNER_LOG } from '../local/runnerLog.js';
import type { Offer, Script, Target } from '../target.js';
import { RayJob } from './rayJob.js';
import { nodesOf, type RayNode, type Submission, submitJob } from './rayJobs.js';

type Settings = SettingsOfTarget<'ray'>;

/** Ray kills a job three seconds after it has asked it to end; the trainer has to be gone before its watcher is. */
const PATIENCE_SECONDS = 2;

/** A Ray cluster whose nodes share the file system with this machine: a job is a watcher, there, and the trainer that it starts. */
export class RayTarget implements Target {
  readonly name = 'ray';
  private readonly killed = new Set<string>();

  constructor(private readonly programs: Programs) {}

  place(path: string): string {
    return path;
  }

  script(directory: string, work: Work, settings: Settings): Script {
    const { entrypoint, runtime_env, ...rest } = this.submission(`${basename(directory)}-…`, directory, work, settings, {});
    const wishes = Object.entries(rest).flatMap(([name, value]) => (name === 'metadata' ? [] : [`# ${name}: ${JSON.stringify(value)}`]));
    const env = Object.entries(runtime_env.env_vars).map(([name, value]) => `# ${name}=${shellWord(value)}`);
    return { language: 'shellscript', text: [`# A job of Ray at ${settings.address}`, ...wishes, ...env, entrypoint, ''].join('\n') };
  }

  attach(directory: string, record: JobRecord): RayJob {
    return new RayJob(directory, record, this.killed);
  }

  /** @throws RayAway, or with Ray's own message when it refuses */
  async submit(directory: string, work: Work, settings: Settings, after: OriginReferences): Promise<void> {
    const job = `${basename(directory)}-${randomBytes(4).toString('hex')}`;
    const now = new Date().toISOString();
    await submitJob(settings.address, this.submission(job, directory, work, settings, after));
    // It may run already, and say more.
    if (readJob(directory)?.job === job) return;
    const { address } = settings;
    const record = { v: PROTOCOL_VERSION, target: this.name, job, address, resources: work.resources } as const;
    writeJob(directory, { ...record, since: now, heartbeat: now, ended: null });
  }

  async offers({ address }: Settings): Promise<Offer[]> {
    return (await nodesOf(address)).map(offerOf);
  }

  private submission(job: string, directory: string, work: Work, settings: Settings, after: OriginReferences): Submission {
    const { executable, folder } = this.programs;
    const { address, cpus, gpus, resources } = settings;
    const watcher = [
      ...[executable, join(folder, 'runner.cjs'), ...runnerArguments(directory, this.name, work, after)],
      ...['--job', job, '--own', `address=${address}`, '--patience', String(PATIENCE_SECONDS), '--', ...work.argv],
    ];
    return {
      submission_id: job,
      // Where the folder is not shared the first of these fails, and Ray keeps its words.
      entrypoint: `cd ${shellWord(work.cwd)} && exec ${watcher.map(shellWord).join(' ')} >> ${shellWord(join(directory, RUNNER_LOG))} 2>&1`,
      runtime_env: { env_vars: { ...(process.versions.electron && { ELECTRON_RUN_AS_NODE: '1' }), ...work.env } },
      metadata: { run: basename(directory) },
      ...(cpus !== undefined && { entrypoint_num_cpus: cpus }),
      ...(gpus !== undefined && { entrypoint_num_gpus: gpus }),
      ...(Object.keys(resources).length > 0 && { entrypoint_resources: resources }),
    };
  }
}

function offerOf({ hostname, ip, cpus, mem, gpus, raylet }: RayNode): Offer {
  const kinds = Map.groupBy(gpus ?? [], ({ name }) => name);
  return {
    name: hostname ?? ip ?? 'a node',
    state: raylet?.state ?? 'unknown',
    cpus: cpus?.[0] ?? null,
    memoryBytes: mem?.[0] ?? null,
    gpus: [...kinds].map(([name, all]) => `${all.length} × ${name}`),
  };
}
