/** A real sshd on this machine's loopback, with a key of its own: what the tests of the target `ssh` reach. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const found = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find((file) => existsSync(file));

const isThere = (program: string): boolean => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

export const noSshServer = 'There is no sshd (Debian: apt-get install openssh-server), ssh or ssh-keygen.';
export const hasSshServer = found !== undefined && isThere('ssh') && isThere('ssh-keygen');

export class SshServer {
  /** Name of the host in the config. */
  readonly host = 'grpo-lab-test';
  /** What is its own of the disk. */
  readonly disk: string;
  private process: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {
    this.disk = join(folder, 'disk');
    mkdirSync(this.disk);
  }

  /** A config for the client in the place of the user's own. */
  get config(): string {
    return join(this.folder, 'config');
  }

  static async start(): Promise<SshServer> {
    const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-sshd-'));
    const server = new SshServer(folder, await freePort());
    for (const key of ['host', 'key']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
    const of = (name: string): string => join(folder, name);
    writeFileSync(
      of('sshd_config'),
      `Port ${server.port}
ListenAddress 127.0.0.1
HostKey ${of('host')}
AuthorizedKeysFile ${of('key.pub')}
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
PidFile none
`,
    );
    writeFileSync(of('known'), `[127.0.0.1]:${server.port} ${readFileSync(of('host.pub'), 'utf8')}`);
    writeFileSync(
      server.config,
      `Host ${server.host}
  HostName 127.0.0.1
  Port ${server.port}
  User ${userInfo().username}
  IdentityFile ${of('key')}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${of('known')}
`,
    );
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
    await server.open();
    return server;
  }

  /** Lets connections in (again). */
  async open(): Promise<void> {
    const child = spawn(found!, ['-D', '-e', '-f', join(this.folder, 'sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.process = child;
    await new Promise<void>((resolve, reject) => {
      let words = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        words += text;
        if (words.includes('Server listening')) resolve();
      });
      child.once('exit', () => reject(new Error(`sshd did not start: ${words}`)));
    });
  }

  /** Breaks every connection, and lets none in: what the network does. What was started through them goes on. */
  async cut(): Promise<void> {
    const { process: listener } = this;
    if (listener?.exitCode !== null) return;
    const ended = new Promise((resolve) => listener.once('exit', resolve));
    for (const pid of this.sessions()) kill(pid);
    listener.kill('SIGKILL');
    await ended;
    for (const pid of this.sessions()) kill(pid);
  }

  async dispose(): Promise<void> {
    await this.cut();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private known: number[] = [];

  /** The processes of sshd that serve a connection each, by their parents. */
  private sessions(): number[] {
    const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/));
    const roots = new Set([String(this.process?.pid), ...this.known.map(String)]);
    for (let grown = true; grown;) {
      grown = false;
      for (const [pid, parent, name] of rows)
        if (name.startsWith('sshd') && roots.has(parent) && !roots.has(pid)) {
          roots.add(pid);
          grown = true;
        }
    }
    this.known = [...roots].map(Number).filter((pid) => pid !== this.process?.pid);
    return this.known;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended with its connection
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
