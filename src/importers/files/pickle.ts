/**
 * Pickles and torch.save files, read by python/unpickle/read_pickle.py: a child process that runs nothing of the pickle and prints
 * JSON lines. The pickle never comes near this process.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tryJson } from '../../core/tryJson.js';
import { ImportError } from '../importer.js';
import { asRecord } from './json.js';

export type PickleItem = { kind: 'head'; value: unknown } | { kind: 'row'; index: number; value: unknown };

const MiB = 1024 * 1024;
const maxLine = 256 * MiB;
/** A child that says nothing for so long is ended. */
const silenceMs = 120_000;
const helper = join('python', 'unpickle', 'read_pickle.py');

/** Beside the bundles' folder when packed, at the repository's root in tests. */
function helperPath(): string | null {
  for (let folder = __dirname, up = 0; up < 5; folder = dirname(folder), up++) {
    const path = join(folder, helper);
    if (existsSync(path)) return path;
  }
  return null;
}

const usual = process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python'];

/**
 * What the file holds: once what is no row, then each row.
 * @param options.python an interpreter; the usual names are tried otherwise
 * @throws ImportError when there is no Python, or the file is damaged, or it names anything that is no data
 */
export async function* pickleItems(
  file: { path: string; name: string },
  options: { python?: string; signal: AbortSignal },
): AsyncGenerator<PickleItem> {
  const script = helperPath();
  if (script === null) throw new ImportError(file.name, null, `${helper} is missing from the installation. Install GRPO Lab again.`);
  const { child, python } = await start(options.python === undefined ? usual : [options.python], script, file);
  const stderr: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => stderr.splice(0, stderr.length, (stderr.join('') + text).slice(-2000)));
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const kill = (): boolean => child.kill('SIGKILL');
  options.signal.addEventListener('abort', kill);
  const watched = { silent: false };
  const watch = setTimeout(() => {
    watched.silent = true;
    kill();
  }, silenceMs);
  try {
    let rows = 0;
    let whole = false;
    for await (const line of linesOf(child, file.name, () => watch.refresh())) {
      const reply = asRecord(tryJson(line));
      if (reply && 'error' in reply) throw new ImportError(file.name, null, `${String(reply.error)}.`);
      if (reply && 'head' in reply) yield { kind: 'head', value: reply.head };
      else if (reply && 'row' in reply) yield { kind: 'row', index: rows++, value: reply.row };
      else if (reply && 'end' in reply) whole = true;
    }
    options.signal.throwIfAborted();
    if (whole) return;
    const code = await ended;
    const tail = stderr.join('').trim().split('\n').at(-1) ?? '';
    const because = watched.silent
      ? `said nothing for ${silenceMs / 1000} s`
      : `ended with ${code ?? 'a signal'}${tail === '' ? '' : `: ${tail}`}`;
    throw new ImportError(file.name, null, `${python} could not read it (it ${because}). Python 3.8 or newer is needed.`);
  } finally {
    clearTimeout(watch);
    options.signal.removeEventListener('abort', kill);
    kill();
  }
}

/** No shell, no site packages, nothing from the environment or the folder: `-I -S`. */
async function start(
  candidates: readonly string[],
  script: string,
  file: { path: string; name: string },
): Promise<{ child: ChildProcess; python: string }> {
  for (const python of candidates) {
    const child = spawn(python, ['-I', '-S', '-B', script, file.path], { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const started = await new Promise<boolean>((done) => {
      child.once('spawn', () => done(true));
      child.once('error', () => done(false));
    });
    if (started) return { child, python };
  }
  throw new ImportError(
    file.name,
    null,
    `a pickle needs Python to be read, and there is none (tried ${candidates.join(', ')}). Install Python 3.8 or newer, or choose an interpreter.`,
  );
}

async function* linesOf(child: ChildProcess, name: string, alive: () => void): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    alive();
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      yield Buffer.concat(parts).toString('utf8');
      parts = [];
      bytes = 0;
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
    bytes += chunk.length - start;
    if (bytes > maxLine) throw new ImportError(name, null, `one of its records is larger than ${maxLine / MiB} MiB as text.`);
  }
}
