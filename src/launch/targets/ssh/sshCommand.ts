/** The system's ssh: the user's config, keys and agent, never a password. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { scriptShell, scriptWith } from './scripts.js';

/** Another config than the user's own, e.g. of a test. */
const CONFIG_VARIABLE = 'GRPO_LAB_SSH_CONFIG';
/** Of what is printed there, this much is kept. */
const MOST_WORDS = 64 * 1024;
/** ssh's own exit code where it does not get through. */
const NO_CONNECTION = 255;

/** The machine was not reached, or the connection to it broke. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';

  constructor(
    message: string,
    /** What had been printed there until then. */
    readonly words = '',
  ) {
    super(message);
  }
}

/**
 * What ssh is started with.
 * @param host checked against the schema of `launch.target`; after `--` it is no option, whatever it is
 * @param command for the shell there
 */
export function sshArguments(host: string, command: string, env: NodeJS.ProcessEnv = process.env): string[] {
  const config = env[CONFIG_VARIABLE];
  const options = {
    BatchMode: 'yes',
    ConnectTimeout: '20',
    // A line that is dead is noticed within a minute.
    ServerAliveInterval: '15',
    ServerAliveCountMax: '3',
    // What a person's own sessions open along the way is none of ours.
    ClearAllForwardings: 'yes',
    ForwardAgent: 'no',
    PermitLocalCommand: 'no',
  };
  return [
    ...(config ? ['-F', config] : []),
    '-T',
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    '--',
    host,
    command,
  ];
}

/** Starts a command there; the caller reads what it prints, and ends it. */
export const connect = (host: string, command: string): ChildProcessWithoutNullStreams =>
  spawn('ssh', sshArguments(host, command), { windowsHide: true, stdio: 'pipe' });

/**
 * Runs a script there to its end.
 * @returns what it printed, and its exit code
 * @throws ConnectionError
 */
export const runScript = (host: string, script: string, args: readonly string[]): Promise<{ code: number; words: string }> =>
  runThere(host, scriptShell, scriptWith(script, args));

/**
 * @param input standard input of the command
 * @throws ConnectionError, with what was printed until then in `words`
 */
export async function runThere(host: string, command: string, input: string | Readable): Promise<{ code: number; words: string }> {
  const child = connect(host, command);
  const [words, complaints] = [child.stdout, child.stderr].map(textOf);
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (error) => reject(new ConnectionError(`ssh could not be started: ${error.message}. Install OpenSSH's client.`)));
    child.once('close', (code) => resolve(code ?? NO_CONNECTION));
  });
  const sent = send(child, input);
  const code = await ended;
  const trouble = await sent;
  if (code === NO_CONNECTION) throw new ConnectionError(connectionTrouble(host, complaints()), words());
  if (trouble && code === 0) throw trouble;
  return { code, words: words() + complaints() };
}

/** @returns what kept the input from being read, which is the reader's trouble where it has ended before */
async function send(child: ChildProcessWithoutNullStreams, input: string | Readable): Promise<Error | undefined> {
  child.stdin.on('error', () => undefined); // it has ended: its exit says why
  if (typeof input === 'string') {
    child.stdin.end(input);
    return undefined;
  }
  try {
    await pipeline(input, child.stdin);
    return undefined;
  } catch (error) {
    child.kill(); // half of what belongs there is nothing to start
    return error as Error;
  }
}

function textOf(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-MOST_WORDS);
  });
  return () => text;
}

/** ssh's last words, with what to do about the usual ones. */
export function connectionTrouble(host: string, complaints: string): string {
  const why = complaints.trim().split(/\r?\n/).at(-1)?.trim() ?? '';
  const mend = /permission denied/i.test(why)
    ? ` Add a key (ssh-add), or name one in your ssh config: no password is asked for here.`
    : /host key verification failed/i.test(complaints)
      ? ` Run "ssh ${host}" once in a terminal, and look at the key of the host.`
      : '';
  return `${host} is not reached by ssh${why === '' ? '' : `: ${why}`}${/[.!?]$/.test(why) ? '' : '.'}${mend}`;
}
