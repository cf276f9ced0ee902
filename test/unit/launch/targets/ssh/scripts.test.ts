/** What runs on the other machine, run on this one by its sh. */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Frames, type Seen } from '../../../../../src/launch/targets/ssh/frames.js';
import { offsets, takeOver } from '../../../../../src/launch/targets/ssh/mirrorFiles.js';
import { askToStop, follow, jobScript, kill, scriptName, scriptWith } from '../../../../../src/launch/targets/ssh/scripts.js';
import { needs } from '../../../../builders/needs.js';

const job = 'ab12';
let folder: string;
let there: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-scripts-'));
  there = join(folder, "it's there");
  mkdirSync(join(there, 'events'), { recursive: true });
});
afterEach(() => {
  if (existsSync(join(there, 'job.pid'))) sh(kill, there, job);
  rmSync(folder, { recursive: true, force: true });
});

const sh = (script: string, ...args: string[]): string => execFileSync('sh', ['-s'], { input: scriptWith(script, args), encoding: 'utf8' });

function start(program: string, id = job): string {
  const argv = [process.execPath, '-e', program];
  writeFileSync(
    join(there, scriptName(id)),
    jobScript({ run: 'a', directory: there, cwd: join(there, 'work'), job: id, argv, env: { A: `'$x` } }),
  );
  try {
    return execFileSync('sh', [join(there, scriptName(id)), 'start'], { encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
const until = async (what: () => boolean): Promise<void> => {
  while (!what()) await sleep(10);
};
const read = (name: string): string => readFileSync(join(there, name), 'utf8');

/** What a follower sees until the job is over, or until it has enough. */
async function followed(known: string[], id = job, enough: (seen: Seen[]) => boolean = () => false): Promise<Seen[]> {
  const child = spawn('sh', ['-s'], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(scriptWith(follow, [there, id, 'token', '0.05', ...known]));
  const [frames, seen] = [new Frames('token'), [] as Seen[]];
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    seen.push(...frames.take(chunk));
    if (enough(seen)) break;
  }
  child.kill('SIGKILL');
  return seen;
}

describe('on a machine with sh', () => {
  needs(process.platform !== 'win32', 'Windows has no sh.');

  test('a job begins, says what it is, and leaves its exit code; nobody starts another beside it', async () => {
    const waits =
      "process.stdout.write(process.env.A + process.cwd()); setInterval(() => require('fs').existsSync('go') && process.exit(7), 10)";
    expect(start(waits)).toMatch(/^ready\nstarted \d+\n$/);
    expect(start('1', 'cd34')).toMatch(/^refused: the run goes on there, as process \d+\n$/);
    expect(read('job.pid')).toMatch(/^ab12 \d+\n$/);
    await until(() => existsSync(join(there, 'work')));
    writeFileSync(join(there, 'work', 'go'), '');
    await until(() => existsSync(join(there, 'job.exit')));
    expect(read('job.exit')).toBe('ab12 7\n');
    expect(read('stdout.log')).toBe(`'$x${join(there, 'work')}`);
    expect(start('process.exit(0)', 'cd34')).toMatch(/^ready\nstarted/);
    await until(() => existsSync(join(there, 'job.exit')));
    expect(read('job.exit')).toBe('cd34 0\n');
    // The former life is nobody's any more.
    expect((await followed([])).at(-1)).toEqual({ kind: 'round', state: { kind: 'gone' } });
  });

  test('what ignores a word, and what has left the group, ends by force', async () => {
    const child = "process.on('SIGTERM', () => 0); setInterval(() => 0, 1000); require('fs').writeFileSync('child', String(process.pid))";
    start(
      `process.on('SIGTERM', () => 0); require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { detached: true }); setInterval(() => 0, 1000)`,
    );
    await until(() => existsSync(join(there, 'work', 'child')) && read('work/child') !== '');
    sh(askToStop, there, job);
    expect(existsSync(join(there, 'stop.request'))).toBe(true);
    sh(kill, there, job);
    expect(read('job.exit')).toMatch(/^ab12 137\n$/);
    const pid = Number(read('work/child'));
    await until(() => !existsSync(`/proc/${pid}/cmdline`) || readFileSync(`/proc/${pid}/cmdline`, 'utf8') === '');
  });

  test('whoever follows gets each byte once, new segments too, from wherever it breaks off; a log that begins anew begins anew', async () => {
    const here = join(folder, 'here');
    mkdirSync(here);
    start("setInterval(() => require('fs').existsSync('go') && process.exit(0), 10)");
    const take = async (seen: Seen[]): Promise<void> => {
      for (const piece of seen) if (piece.kind === 'piece') await takeOver(here, piece);
    };
    const aRound = (seen: Seen[]): boolean => seen.some(({ kind }) => kind === 'round');
    const big = 'x'.repeat(9 * 1024 * 1024);
    writeFileSync(join(there, 'events/000001.ndjson'), `${big}\n`);
    writeFileSync(join(there, 'stdout.log'), 'words\n');
    // Two pieces, of which the first is taken over.
    await take((await followed([], job, (seen) => seen.length > 0)).slice(0, 1));
    await take(await followed(offsets(here), job, aRound));
    appendFileSync(join(there, 'events/000001.ndjson'), 'more\n');
    writeFileSync(join(there, 'events/000002.ndjson'), 'next\n');
    writeFileSync(join(there, 'stdout.log'), 'anew\n');
    writeFileSync(join(there, 'events/evil$(touch x).ndjson'), 'x');
    writeFileSync(join(there, 'work/go'), '');
    const last = await followed(offsets(here));
    expect(last.at(-1)).toEqual({ kind: 'round', state: { kind: 'ended', code: 0 } });
    await take(last);
    for (const name of ['events/000001.ndjson', 'events/000002.ndjson', 'stdout.log'])
      expect(readFileSync(join(here, name), 'utf8') === read(name), name).toBe(true);
    expect(existsSync(join(there, 'x'))).toBe(false);
    expect((await followed(offsets(here))).filter(({ kind }) => kind === 'piece')).toEqual([]);
  });
});
