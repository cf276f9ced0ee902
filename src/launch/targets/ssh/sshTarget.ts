import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { shellWord } from '../../../core/shellWord.js';
import { ssh } from '../../../experiment/targets/ssh.js';
import type { SettingsOfTarget } from '../../../experiment/targets/targets.js';
import { PROTOCOL_VERSION } from '../../../protocol/events.js';
import { type JobRecord, readJob, writeJob } from '../../../protocol/jobRecord.js';
import { layout } from '../../../protocol/layout.js';
import { runsOf } from '../../awaitOrigins.js';
import type { OriginReferences, Work } from '../../job.js';
import type { Programs } from '../../ownPrograms.js';
import { gpuLines, gpuQuery } from '../gpuLines.js';
import { newJobId } from '../local/ownJob.js';
import type { Offer, Script, Settings, Target } from '../target.js';
import { delivered, ownFolder, unpack } from './delivery.js';
import { jobScript, offers, scriptName } from './scripts.js';
import { ConnectionError, runScript, runThere } from './sshCommand.js';
import { SshJob } from './sshJob.js';
import type { SshRecord } from './sshRecord.js';
import { startMirror } from './startMirror.js';
import { type Entry, tar } from './tar.js';

/** A machine that is reached by ssh, on which nothing of GRPO Lab is. Its files lie below one folder, by the names that they have here. */
export class SshTarget implements Target {
  readonly name = 'ssh';

  constructor(private readonly programs: Programs) {}

  /** `/home/me/project` is FOLDER/home/me/project; `C:\\project` is FOLDER/C/project. */
  place(path: string, settings: Settings): string {
    return posix.join(settingsOf(settings).folder, inFolder(path));
  }

  python(settings: Settings): string {
    return settingsOf(settings).python;
  }

  script(directory: string, work: Work, settings: Settings): Script {
    const { host, folder } = settingsOf(settings);
    const copied = work.files.map((file) => `#   ${file}`);
    const head = [`# On ${host}, below ${folder}, with a copy of`, ...copied];
    return { language: 'shellscript', text: `${head.join('\n')}\n${this.jobScript(directory, work, settings, 'JOB')}` };
  }

  /** @throws with what the machine says when it refuses, or why it is not reached */
  async submit(directory: string, work: Work, settings: Settings, after: OriginReferences): Promise<void> {
    const { host, folder } = settingsOf(settings);
    if (Object.keys(after).length > 0)
      throw new Error(
        `${basename(directory)} waits for ${runsOf(after).join(' and ')}: over ssh a run starts at once. Launch it when they have finished.`,
      );
    const job = newJobId();
    const before = readJob(directory);
    const now = new Date().toISOString();
    const record: SshRecord = {
      ...{ v: PROTOCOL_VERSION, target: this.name, job, resources: work.resources, heartbeat: now, ended: null },
      ...{ host, directory: this.place(directory, settings) },
      ...{ mirror: null, connection: { state: 'none', since: now, why: null }, outcome: null },
    };
    // Before it starts there: whatever happens to this process, the job is found again.
    writeJob(directory, record);
    try {
      await this.begin(directory, work, settings, { job, host, folder, isNew: before === undefined });
    } catch (error) {
      // It may have begun there before the connection broke: who follows it will see.
      if (error instanceof ConnectionError && /^ready$/m.test(error.words)) return startMirror(directory, this.programs);
      if (before) writeJob(directory, before);
      else rmSync(join(directory, layout.process), { force: true });
      throw error;
    }
    await startMirror(directory, this.programs);
  }

  attach(directory: string, record: JobRecord): SshJob {
    return new SshJob(directory, record, this.programs);
  }

  async offers(settings: Settings): Promise<Offer[]> {
    const { host } = settingsOf(settings);
    const { words } = await runScript(host, offers, gpuQuery);
    const [cpus = '', kib = '', ...gpus] = words.split('\n');
    const whole = (text: string): number | null => (/^\d+$/.test(text) ? Number(text) : null);
    const memory = whole(kib);
    return [
      {
        name: host,
        state: 'reached',
        cpus: whole(cpus),
        memoryBytes: memory === null ? null : memory * 1024,
        gpus: gpuLines(gpus.join('\n')),
      },
    ];
  }

  private async begin(
    directory: string,
    work: Work,
    settings: Settings,
    { job, host, folder, isNew }: { job: string; host: string; folder: string; isNew: boolean },
  ): Promise<void> {
    const at = inFolder(directory);
    const events = join(directory, layout.events);
    const entries: Entry[] = [
      { at: `${at}/${layout.identity}`, text: readFileSync(join(directory, layout.identity), 'utf8') },
      { at: `${at}/${scriptName(job)}`, text: this.jobScript(directory, work, settings, job) },
      // What was said of it before it was there is the beginning of its events there.
      ...(isNew && existsSync(events) ? [{ at: `${at}/${layout.events}`, from: events }] : []),
      ...work.files.map((file) => ({ at: inFolder(file), from: file })),
    ];
    const command = ['sh', '-c', unpack, 'sh', folder, ownFolder(job), `${at}/${scriptName(job)}`].map(shellWord).join(' ');
    const { code, words } = await runThere(host, command, Readable.from(tar(delivered(entries))));
    if (code === 0 && /^started \d+$/m.test(words)) return;
    const refusal = /^refused: (.+)$/m.exec(words)?.[1];
    throw new Error(`${host} did not start the run: ${refusal ?? (words.trim().split('\n').slice(-3).join(' ') || `exit code ${code}`)}`);
  }

  private jobScript(directory: string, { argv, env, cwd }: Work, settings: Settings, job: string): string {
    const at = (path: string): string => this.place(path, settings);
    return jobScript({ run: basename(directory), directory: at(directory), cwd: at(cwd), job, argv, env });
  }
}

/** The schema checks them once more: what becomes a command line there is checked where that is made. */
const settingsOf = (settings: Settings): SettingsOfTarget<'ssh'> => ssh.parse(settings);

const inFolder = (path: string): string =>
  path
    .replace(/^([A-Za-z]):(?=[\\/])/, '$1')
    .split(/[\\/]+/)
    .filter((part) => part !== '' && part !== '.')
    .join('/');
