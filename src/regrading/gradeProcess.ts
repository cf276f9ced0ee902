/** Grading a run again in a process of its own: the command line's, so that nothing else waits for it. */
import { fork } from 'node:child_process';
import { z } from 'zod';
import { tryJson } from '../core/tryJson.js';

export interface GradeProcess {
  /** The Node that runs it. */
  executable: string;
  /** The command line's bundle. */
  cli: string;
  /** The folder that holds `.grpo-lab`. */
  folder: string;
  run: string;
  /** A program that grades, and what to call it; the built-in checker when there is none. */
  checker?: { name: string; command: readonly string[] };
  /** A file with gold answers for questions to which the run has none. */
  golds?: string;
  /** Asks it to end after the grades under way; what was written stays. */
  signal: AbortSignal;
  progress: (done: number, total: number) => void;
}

const result = z.object({
  name: z.string(),
  graded: z.number(),
  cancelled: z.boolean(),
  golds: z.object({ groups: z.number(), matched: z.number(), questions: z.number(), conflicting: z.number() }).optional(),
  summary: z
    .object({ checker: z.string(), solutions: z.number(), rightToWrong: z.number(), wrongToRight: z.number(), undecided: z.number() })
    .nullable(),
});
export type GradeOutcome = z.output<typeof result>;

const message = z.object({ done: z.number(), total: z.number() });
const failure = z.object({ error: z.string() });

/** A process that was asked to end is given this long before it is ended: one grade may take a while. */
const graceMs = 10_000;
const mostOutput = 16 * 1024 * 1024;

/** @throws with the process's own words when it failed */
export function gradeInProcess({ executable, cli, folder, run, checker, golds, signal, progress }: GradeProcess): Promise<GradeOutcome> {
  const args = ['grade', run, '--folder', folder, '--json', '--list', '0'];
  if (checker) args.push('--checker', checker.name, '--with', JSON.stringify(checker.command));
  if (golds !== undefined) args.push('--golds', golds);
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const child = fork(cli, args, { execPath: executable, execArgv: [], cwd: folder, env, silent: true });
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out = (out + text).slice(-mostOutput)));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err = (err + text).slice(-2000)));
  child.on('message', (value) => {
    const progressMessage = message.safeParse(value);
    if (progressMessage.success) progress(progressMessage.data.done, progressMessage.data.total);
  });
  let last: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (child.connected) child.disconnect();
    last = setTimeout(() => child.kill('SIGKILL'), graceMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  return new Promise((resolve, reject) => {
    let open = 3;
    let code: number | null = null;
    // Not on `close`: it never comes once the channel was closed from this side.
    const ended = (): void => {
      if (--open > 0) return;
      clearTimeout(last);
      signal.removeEventListener('abort', stop);
      const value = tryJson(out);
      const done = result.safeParse(value);
      if (done.success) resolve(done.data);
      else reject(new Error(failure.safeParse(value).data?.error ?? (err.trim() || `Grading ended with code ${code}.`)));
    };
    child.on('error', reject);
    child.on('exit', (exitCode) => {
      code = exitCode;
      ended();
    });
    child.stdout?.on('close', ended);
    child.stderr?.on('close', ended);
  });
}
