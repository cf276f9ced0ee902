/** A real language model on this machine, for the window that asks for it: `examples/real/serve.py` as a process. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Disposable } from './disposable.js';

const run = promisify(execFile);

/** Where it answers, and what it is called there. */
export interface ServedModel {
  url: string;
  model: string;
}

/** The server ends with the window: by then its standard input has ended. */
export class RealModel extends Disposable {
  private served: { child: ChildProcess; model: ServedModel } | undefined;

  constructor(private readonly script: string) {
    super();
    this.register({ dispose: () => this.served?.child.kill() });
  }

  /**
   * Starts the server, unless it runs. The first time the server and the model's weights are fetched into the user's cache folder.
   * @param say hears what it does
   * @throws when it cannot be had: with the end of what it has written; on abort, the reason of the signal
   */
  async serve(python: string, say: (line: string) => void, signal: AbortSignal): Promise<ServedModel> {
    if (this.served?.child.exitCode === null && this.served.child.signalCode === null) return this.served.model;
    const child = spawn(python, [this.script, '--port', '0'], { stdio: 'pipe', windowsHide: true });
    const cancel = (): void => void child.kill();
    signal.addEventListener('abort', cancel, { once: true });
    let [errors, failure] = ['', ''];
    child.on('error', (error) => (failure = error.message));
    child.stdin.on('error', () => undefined); // it has ended: that is said below
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (errors = (errors + piece).slice(-500)));
    try {
      for await (const line of createInterface(child.stdout)) {
        const ready = /^ready (http:\/\/127\.0\.0\.1:\d+\/v1) (\S+)$/.exec(line);
        if (!ready) {
          say(line);
          continue;
        }
        const model = { url: ready[1], model: ready[2] };
        this.served = { child, model };
        if (this.disposed) child.kill();
        return model;
      }
    } finally {
      signal.removeEventListener('abort', cancel);
    }
    signal.throwIfAborted();
    const words = failure === '' ? errors.trim().split('\n').at(-1) : failure;
    throw new Error(`The model's server did not start: ${words === undefined || words === '' ? 'it ended at once' : words}`);
  }
}

/** @throws where there is no Python that can run the server: with what to do */
export async function requirePython(python: string): Promise<void> {
  const answer = await run(python, ['-c', 'import sys, venv; print(sys.version_info >= (3, 10))'], {
    timeout: 20_000,
    windowsHide: true,
  }).catch(() => null);
  if (answer?.stdout.trim() === 'True') return;
  const why = answer ? 'is older than 3.10' : 'cannot be run, or has no venv';
  throw new Error(
    `A real model needs Python 3.10 or newer, and "${python}" ${why}. Install python3, or name another one in the setting grpoLab.python.`,
  );
}
