/** What is brought to the other machine, put into its place by the sh and tar of this one. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { delivered, ownFolder, unpack } from '../../../../../src/launch/targets/ssh/delivery.js';
import { type Entry, tar } from '../../../../../src/launch/targets/ssh/tar.js';
import { needs } from '../../../../builders/needs.js';

let folder: string;
let there: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-delivery-'));
  there = join(folder, "it's a lab");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(there, name);
const script: Entry = { at: 'run/job.sh', text: 'echo "begun $1 in $PWD"' };

const archive = (entries: Entry[]): Promise<Buffer> => buffer(Readable.from(tar(delivered([script, ...entries]))));

/** As `submit` has it done there. @returns what is said */
async function start(sent: Buffer, job = 'ab12'): Promise<string> {
  const running = promisify(execFile)('sh', ['-c', unpack, 'sh', there, ownFolder(job), script.at]);
  running.child.stdin!.on('error', () => undefined).end(sent);
  return running.then(
    ({ stdout }) => stdout,
    (error: unknown) => (error as { stdout: string }).stdout,
  );
}
const deliver = async (...entries: Entry[]): Promise<string> => start(await archive(entries));

describe('on a machine with sh and tar', () => {
  needs(process.platform !== 'win32', 'Windows has no sh.');

  test('every file comes to its place, whatever its name, and the script begins', async () => {
    const names = ['a b/it’s $HOME.py', "lib/'quoted'\n`id`.py", '-rf', 'deep/'.repeat(60) + 'x.py'];
    expect(await deliver(...names.map((name) => ({ at: name, text: `of ${name}`, mode: 0o750 })))).toBe(`begun start in ${there}\n`);
    for (const name of names) expect(readFileSync(at(name), 'utf8')).toBe(`of ${name}`);
    expect(statSync(at(names[0])).mode & 0o777).toBe(0o750);
    expect(readdirSync(there).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('a run that starts while another is launched finds every file, as it was or as it is', async () => {
    const texts = ['a', 'b'].map((letter) => letter.repeat(3_000_000));
    await deliver({ at: 'train.py', text: texts[1] });
    for (const text of [...texts, ...texts]) {
      const over = new AbortController();
      const launched = deliver({ at: 'train.py', text }).finally(() => over.abort());
      // Its readers open it by its name, again and again.
      while (!over.signal.aborted) {
        expect(texts.includes(readFileSync(at('train.py'), 'utf8'))).toBe(true);
        await new Promise(setImmediate);
      }
      await launched;
      expect(readFileSync(at('train.py'), 'utf8') === text).toBe(true);
    }
  });

  test('what breaks off half-way, or cannot be put there, leaves what is there and starts nothing', async () => {
    const before = 'x'.repeat(100_000);
    await deliver({ at: 'train.py', text: before });
    const sent = await archive([
      { at: 'train.py', text: 'y'.repeat(100_000) },
      { at: 'more.py', text: '' },
    ]);
    for (const bytes of [0, 512, 60_000, sent.length - 4096, sent.length - 2048]) expect(await start(sent.subarray(0, bytes))).toBe('');
    mkdirSync(at('lib/inner'), { recursive: true });
    expect(await deliver({ at: 'lib', text: 'a file' })).toBe('refused: lib is a folder there\n');
    expect(await deliver({ at: 'train.py/x', text: 'a file' })).toMatch(/^refused: train.py\/x cannot be put there$/m);
    expect(readFileSync(at('train.py'), 'utf8') === before).toBe(true);
    expect(readdirSync(there).sort()).toEqual(['lib', 'run', 'train.py']);
  });

  test('what is there already is not touched; what has changed takes its place, also its mode, and behind links of the user’s', async () => {
    mkdirSync(join(folder, 'elsewhere'));
    mkdirSync(there);
    symlinkSync(join(folder, 'elsewhere'), at('data'));
    const entries: Entry[] = [
      { at: 'train.py', text: 'a', mode: 0o644 },
      { at: 'run.sh', text: 'b', mode: 0o644 },
      { at: 'data/rows', text: 'c' },
    ];
    await deliver(...entries);
    const change = (name: string) => statSync(at(name), { bigint: true }).ctimeNs;
    const before = ['train.py', 'run.sh', 'data/rows'].map(change);
    await deliver(...entries);
    expect(['train.py', 'run.sh', 'data/rows'].map(change)).toEqual(before);
    await deliver(entries[0], { at: 'run.sh', text: 'b', mode: 0o755 }, { at: 'data/rows', text: 'other' });
    expect(change('train.py')).toBe(before[0]);
    expect(statSync(at('run.sh')).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(folder, 'elsewhere/rows'), 'utf8')).toBe('other');
  });

  test('what a start that was broken off has left goes after days; one that goes on keeps its own', async () => {
    for (const name of ['.start-old', '.start-new', '.startled']) mkdirSync(at(`${name}/files`), { recursive: true });
    const days = (n: number): number => Date.now() / 1000 - n * 86_400;
    utimesSync(at('.start-old'), days(3), days(3));
    utimesSync(at('.startled'), days(3), days(3));
    await deliver();
    expect(readdirSync(there).sort()).toEqual(['.start-new', '.startled', 'run']);
  });
});
