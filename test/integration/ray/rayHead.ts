/** A real Ray of one node, with a token of its own: 1.5 GB of memory and half a minute, so only where Ray is already in the cache. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../freePort.js';
import { until } from '../launchWorld.js';

const version = '2.60.0';
const executable = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'grpo-lab', `ray-${version}`, 'bin', 'ray');

/** Why there can be none here; undefined where there can. */
export const noRay: string | undefined =
  process.platform !== 'linux'
    ? 'Ray is started on Linux only.'
    : existsSync(executable)
      ? undefined
      : `Ray is not in the cache (python3 -m venv ~/.cache/grpo-lab/ray-${version}; its pip install "ray[default]==${version}").`;

const STARTS_WITHIN_MS = 150_000;

export class RayHead {
  private readonly deadline = Date.now() + STARTS_WITHIN_MS;

  private constructor(
    private readonly folder: string,
    private readonly child: ChildProcess,
    readonly address: string,
    /** For who speaks to it. */
    readonly env: Readonly<Record<string, string>>,
  ) {}

  /** @throws where it does not come up: a machine may be too busy for it, or have too little memory */
  static async start(): Promise<RayHead> {
    // Paths of its sockets are limited in length.
    const folder = await mkdtemp(join(tmpdir(), 'ray-'));
    const [port, dashboard, workers] = [await freePort(), await freePort(), 21_000 + (process.pid % 50) * 100];
    const home = join(folder, 'home');
    await mkdir(home);
    const env = { RAY_AUTH_MODE: 'token', RAY_AUTH_TOKEN: randomBytes(32).toString('hex') };
    const log = openSync(join(folder, 'ray.log'), 'a');
    const local = ['--node-ip-address=127.0.0.1', '--dashboard-host=127.0.0.1', '--disable-usage-stats', `--temp-dir=${join(folder, 't')}`];
    const ports = [`--port=${port}`, `--dashboard-port=${dashboard}`, `--min-worker-port=${workers}`, `--max-worker-port=${workers + 99}`];
    const args = ['start', '--head', '--block', '--num-cpus=1', '--object-store-memory=80000000', ...local, ...ports];
    const child = spawn(executable, args, {
      cwd: folder,
      env: { ...process.env, ...env, HOME: home },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const head = new RayHead(folder, child, `http://127.0.0.1:${dashboard}`, env);
    try {
      await until(() => head.isUp());
    } catch (error) {
      await head.dispose();
      throw error;
    }
    return head;
  }

  async dispose(): Promise<void> {
    if (this.child.exitCode === null) {
      const gone = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill(); // ends the whole node
      await gone;
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Its dashboard answers before there is anything that could carry out a job. */
  private async isUp(): Promise<boolean> {
    if (this.child.exitCode !== null || Date.now() > this.deadline)
      throw new Error('Ray could not be started here (too little memory, or too much else to do).');
    const headers = { authorization: `Bearer ${this.env.RAY_AUTH_TOKEN}` };
    return fetch(`${this.address}/nodes?view=summary`, { headers })
      .then((response) => response.text())
      .then(
        (text) => text.includes('"state": "ALIVE"'),
        () => false,
      );
  }
}
