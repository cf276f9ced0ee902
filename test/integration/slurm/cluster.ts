/**
 * A real SLURM: a controller and two nodes on this machine, with keys, ports and state of their own; started and ended by the test. Jobs of
 * its partition `urgent` take the places of others.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../freePort.js';
import { until } from '../launchWorld.js';

const has = (program: string): boolean => {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** Why there can be no cluster here; undefined where there can. */
export const noSlurm: string | undefined =
  process.platform !== 'linux' || process.getuid?.() !== 0
    ? 'SLURM can only be started by root, on Linux.'
    : ['slurmctld', 'slurmd', 'munged'].every(has)
      ? undefined
      : 'SLURM is not installed (apt-get install -y --no-install-recommends slurm-wlm munge).';

/** Why there can be no cluster that keeps accounts. */
export const noAccounts: string | undefined =
  noSlurm ??
  (['slurmdbd', 'mariadbd', 'mariadb-install-db'].every(has)
    ? undefined
    : 'SLURM keeps no accounts here (apt-get install -y --no-install-recommends slurmdbd mariadb-server).');

interface ClusterOptions {
  /** Whether it keeps accounts, and its controller forgets a job as soon as it can. */
  accounts?: boolean;
}

export class Cluster {
  private readonly daemons = new Map<string, ChildProcess>();
  private readonly env: NodeJS.ProcessEnv;

  private constructor(private readonly folder: string) {
    this.env = { ...process.env, SLURM_CONF: join(folder, 'slurm.conf') };
  }

  static async start({ accounts = false }: ClusterOptions = {}): Promise<Cluster> {
    const cluster = new Cluster(await mkdtemp(join(tmpdir(), 'grpo-lab-slurm-')));
    const keeper = accounts ? await freePort() : undefined;
    await cluster.configure(keeper);
    await cluster.daemon('munged', ['--foreground', '--force', ...cluster.munge]);
    await until(() => cluster.authenticates());
    process.env.SLURM_CONF = cluster.env.SLURM_CONF;
    if (keeper !== undefined) await cluster.startAccounts(keeper);
    await cluster.startController();
    for (const node of ['n1', 'n2']) await cluster.startNode(node);
    const idle = async () => (await cluster.ask('sinfo', '-h', '-N', '-o', '%N %T')).match(/^n[12] idle$/gm) ?? [];
    await until(async () => cluster.failed() ?? new Set(await idle()).size === 2);
    const failed = cluster.failed();
    if (failed === undefined) return cluster;
    throw new Error(
      `${failed} has ended: ${readFileSync(join(cluster.folder, `${failed}.out`), 'utf8')
        .trim()
        .split('\n')
        .at(-2)}`,
    );
  }

  startController = (): Promise<void> => this.daemon('slurmctld', ['-D', '-f', this.conf]);
  startNode = (node: string): Promise<void> => this.daemon('slurmd', ['-D', '-f', this.conf, '-N', node], node);

  /** Name of a daemon that should live, and does not. */
  private failed(): string | undefined {
    return [...this.daemons].find(([, { exitCode }]) => exitCode !== null)?.[0];
  }

  /** As a machine fails: to others without a word. Jobs on a node live on. @param name `slurmctld`, `n1` or `n2` */
  async fail(name: string): Promise<void> {
    const child = this.daemons.get(name);
    this.daemons.delete(name);
    if (child?.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    // A controller that has not saved what it knows gives the ids of the last jobs a second time.
    child.kill(name === 'slurmctld' ? 'SIGTERM' : 'SIGKILL');
    await gone;
  }

  /** What one of SLURM's programs prints; empty where it fails. */
  async ask(program: string, ...args: string[]): Promise<string> {
    return promisify(execFile)(program, args, { env: this.env }).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    );
  }

  async dispose(): Promise<void> {
    await this.ask('scancel', '--full', '--signal=KILL', '--user=root');
    await this.ask('scancel', '--user=root');
    await until(async () => (await this.ask('squeue', '-h')) === '');
    for (const name of [...this.daemons.keys()].reverse()) await this.fail(name);
    delete process.env.SLURM_CONF;
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private get conf(): string {
    return join(this.folder, 'slurm.conf');
  }

  private get munge(): string[] {
    const at = (name: string) => join(this.folder, name);
    const files = {
      socket: 'munge.socket',
      'key-file': 'munge.key',
      'pid-file': 'munge.pid',
      'log-file': 'munge.log',
      'seed-file': 'munge.seed',
    };
    return Object.entries(files).map(([option, name]) => `--${option}=${at(name)}`);
  }

  private async authenticates(): Promise<boolean> {
    return (await this.ask('munge', '-n', '-S', join(this.folder, 'munge.socket'))) !== '';
  }

  private async daemon(program: string, args: string[], name = program): Promise<void> {
    const log = openSync(join(this.folder, `${name}.out`), 'a');
    const child = spawn(program, args, { env: this.env, stdio: ['ignore', log, log] });
    closeSync(log);
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    this.daemons.set(name, child);
  }

  /** A database of its own, and what writes it. */
  private async startAccounts(port: number): Promise<void> {
    const D = this.folder;
    const [data, socket, database] = [join(D, 'accounts'), join(D, 'accounts.sock'), await freePort()];
    const install = ['--no-defaults', `--datadir=${data}`, '--user=root', '--auth-root-authentication-method=normal', '--skip-test-db'];
    await promisify(execFile)('mariadb-install-db', install);
    const serve = [
      '--no-defaults',
      `--datadir=${data}`,
      '--user=root',
      `--socket=${socket}`,
      `--port=${database}`,
      '--bind-address=127.0.0.1',
    ];
    await this.daemon('mariadbd', serve);
    const password = randomBytes(16).toString('hex');
    const grant = `CREATE USER slurm@'127.0.0.1' IDENTIFIED BY '${password}'; GRANT ALL ON *.* TO slurm@'127.0.0.1'; SELECT 'done'`;
    const sql = ['--no-defaults', `--socket=${socket}`, '--user=root', `--execute=${grant}`];
    await until(async () => (await this.ask('mariadb', ...sql)).includes('done'));
    await writeFile(
      join(D, 'slurmdbd.conf'),
      `AuthType=auth/munge
AuthInfo=socket=${join(D, 'munge.socket')}
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort=${port}
SlurmUser=root
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=${database}
StorageUser=slurm
StoragePass=${password}
StorageLoc=slurm
PidFile=${join(D, 'slurmdbd.pid')}
`,
      { mode: 0o600 },
    );
    await this.daemon('slurmdbd', ['-D']);
    await until(async () => (await this.ask('sacctmgr', '--immediate', 'add', 'cluster', 'lab')) !== '');
  }

  /** @param accounts port of what keeps them, where something does */
  private async configure(accounts?: number): Promise<void> {
    const D = this.folder;
    const [ctld, n1, n2] = [await freePort(), await freePort(), await freePort()];
    await mkdir(join(D, 'state'));
    await writeFile(join(D, 'munge.key'), randomBytes(1024), { mode: 0o600 });
    const host = hostname();
    // Two clusters on this machine: the ports at which processes of a job meet follow from its id.
    const node = (name: string, port: number) =>
      `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=2 RealMemory=2000`;
    await writeFile(
      this.conf,
      `ClusterName=lab
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${ctld}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${join(D, 'munge.socket')},cred_expire=5
CredType=cred/munge
StateSaveLocation=${join(D, 'state')}
SlurmdSpoolDir=${join(D, 'spool.%n')}
SlurmctldPidFile=${join(D, 'slurmctld.pid')}
SlurmdPidFile=${join(D, 'slurmd.%n.pid')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SlurmdTimeout=3
MessageTimeout=3
KillWait=5
MinJobAge=${accounts === undefined ? 600 : 2}
FirstJobId=${1 + Math.floor(9000 * Math.random())}
JobRequeue=1
SchedulerParameters=sched_interval=1,batch_sched_delay=0
${accounts === undefined ? 'AccountingStorageType=accounting_storage/none' : `AccountingStorageType=accounting_storage/slurmdbd\nAccountingStorageHost=127.0.0.1\nAccountingStoragePort=${accounts}\nAccountingStoragePass=${join(D, 'munge.socket')}`}
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SlurmctldParameters=preempt_send_user_signal
${node('n1', n1)}
${node('n2', n2)}
PartitionName=debug Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP PriorityTier=1 GraceTime=30
PartitionName=urgent Nodes=n1,n2 MaxTime=INFINITE State=UP PriorityTier=2 PreemptMode=OFF
`,
    );
  }
}
