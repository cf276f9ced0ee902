/** Importing what others write: real files, the real command line, and real processes that are killed. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, cp, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeTexts } from '../../src/core/utf8.js';
import { isAlive, killTree } from '../../src/launch/targets/local/processes.js';
import { readLocalRecord } from '../../src/launch/targets/local/localRecord.js';
import { readIdentity, writeIdentity } from '../../src/protocol/identity.js';
import { allRows } from '../../src/core/listPages.js';
import type { RunFacts } from '../../src/core/runFacts.js';
import { Store } from '../../src/store/store.js';
import { sharedTest } from '../builders/sharedData.js';

let folder: string;
let runsDir: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grpo-lab-import-'));
  runsDir = join(folder, '.grpo-lab', 'runs');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const id of runs()) {
    const state = readLocalRecord(join(runsDir, id));
    for (const p of [state?.watcher, state?.trainer]) if (p && (await isAlive(p))) await killTree(p.pid);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const runs = (): string[] => (existsSync(runsDir) ? readdirSync(runsDir).filter((name) => !name.startsWith('.')) : []);
/** Hidden leftovers too. */
const everything = (): string[] => (existsSync(runsDir) ? readdirSync(runsDir) : []);

function start(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [resolve('dist/cli.cjs'), ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

async function cli(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = start(...args);
  const text = { out: '', err: '' };
  child.stdout!.setEncoding('utf8').on('data', (piece: string) => (text.out += piece));
  child.stderr!.setEncoding('utf8').on('data', (piece: string) => (text.err += piece));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...text };
}

const line = (step: number, question: string, answers: string[]): string =>
  `${JSON.stringify({ step, question, gold: '1', samples: answers.map((text) => ({ text, reward: text === '1' ? 1 : 0 })) })}\n`;

/** `step:question=answers` of every group that the store shows, in order. */
async function shown(id: string): Promise<string[]> {
  const store = await Store.open({ root: join(folder, '.grpo-lab') });
  try {
    expect(store.catchUp(id)).toEqual([]);
    const found: string[] = [];
    for (const { step } of store.queries.steps(id, { limit: 1000 }).rows.reverse())
      for (const row of store.queries.groups(id, step).rows) {
        const group = store.queries.group(id, step, row.group)!;
        found.push(`${step}:${decodeTexts(group).question}=${group.solutions.map((s) => s.preview).join(',')}`);
      }
    return found;
  } finally {
    store.close();
  }
}

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await sleep(50);
  }
}

describe('a file that is complete', () => {
  /** Imports labelled samples. @returns what the import told, and how many groups have rewards that are all the same */
  async function imported(path: string) {
    const { code, out } = await cli('import', resolve(path), '--json');
    expect(code).toBe(0);
    const run = JSON.parse(out) as { id: string; groups: number; solutions: number; format: string };
    const store = await Store.open({ root: join(folder, '.grpo-lab') });
    store.catchUp();
    const groups = await allRows((after) => store.queries.groups(run.id, 1, { after }));
    const withoutSignal = groups.filter((g) => g.zeroStd).length;
    expect(store.queries.run(run.id)).toMatchObject({ state: 'finished', backend: 'import' });
    store.close();
    return { ...run, withoutSignal };
  }

  test('labelled samples: 4 of 12 groups have no variance', async () => {
    const found = await imported('test/fixtures/rollouts/stories.jsonl');
    expect(found).toMatchObject({ format: 'groups', groups: 12, solutions: 48, withoutSignal: 4 });
  });

  sharedTest('rollouts/gsm8k_example_groups.jsonl', 'the published GSM8K samples: 588 of 1,319 groups have no variance', async (path) => {
    expect(await imported(path)).toMatchObject({ format: 'groups', groups: 1319, solutions: 5276, withoutSignal: 588 });
  });

  test('is imported as a run of its own each time, or in place of the former one', async () => {
    await writeFile(join(folder, 'a.jsonl'), line(1, 'x', ['1', '2']) + line(2, 'y', ['1', '1']));
    const first = JSON.parse((await cli('import', 'a.jsonl', '--json')).out) as { id: string };
    expect(await shown(first.id)).toEqual(['1:x=1,2', '2:y=1,1']);
    const second = await cli('import', 'a.jsonl');
    expect(second.out).toContain(`It had been imported as ${first.id}, which stays`);
    expect(runs()).toHaveLength(2);
    await cli('import', 'a.jsonl', '--replace', '--name', 'other');
    expect(runs()).toHaveLength(1);
    expect(runs()[0]).toMatch(/^other-1-/);
  });

  test('any table: rows are grouped by a field, or by equal questions one after the other', async () => {
    await writeFile(join(folder, 't.csv'), 'p,o,s,n,g\nq1,1,1,3,a\nq2,"2\nlines",0,3,b\nq1,2,0,3,a\n');
    const grouped = JSON.parse((await cli('import', 't.csv', '--map', 'question=p,solution=o,reward=s,step=n,group=g', '--json')).out) as {
      id: string;
    };
    expect(await shown(grouped.id)).toEqual(['3:q1=1,2', '3:q2=2\nlines']);
    const alone = JSON.parse((await cli('import', 't.csv', '--map', 'question=p,solution=o', '--json')).out) as {
      id: string;
      notes: unknown[];
    };
    expect(await shown(alone.id)).toEqual(['1:q1=1', '1:q2=2\nlines', '1:q1=2']);
    expect(alone.notes).toContainEqual(expect.objectContaining({ id: 'groups', level: 'warning', setting: 'groupSize' }));
  });

  test.each([
    ['a file that is not there', 'none.jsonl', null, 1, 'none.jsonl: there is no such file'],
    ['an empty file', 'a.jsonl', '', 1, 'The file is empty: it has 0 bytes.'],
    ['what no format knows', 'a.txt', 'hello', 2, 'No format is recognised'],
    ['a broken line', 'a.jsonl', line(1, 'x', ['1']) + '{"question": \n' + line(2, 'y', ['1']), 1, 'a.jsonl, line 2: not JSON'],
    ['a line of another kind', 'a.jsonl', line(1, 'x', ['1']).repeat(3) + '[1]\n', 1, 'a.jsonl, line 4: not a JSON object'],
    [
      'a wrong type',
      'a.jsonl',
      line(1, 'x', ['1']).repeat(3) + '{"question":"x","samples":[{"text":5}]}\n',
      1,
      'a.jsonl, line 4: sample 1 has no text',
    ],
    [
      'mixed encodings',
      'a.jsonl',
      Buffer.concat([Buffer.from(line(1, 'x', ['1']).repeat(3)), Buffer.from([0xff, 10])]),
      1,
      'a.jsonl, line 4: bytes that are not UTF-8',
    ],
  ])('%s is told with file and place, and nothing of it stays', async (_, name, content, code, message) => {
    if (content !== null) await writeFile(join(folder, name), content);
    const done = await cli('import', name);
    expect(done.err).toContain(message);
    expect(done.code).toBe(code);
    expect(everything().filter((entry) => entry !== '.lock')).toEqual([]);
  });

  test('groups that stand among each other are counted once, though the first are told before that shows', async () => {
    const row = (i: number): string =>
      `${JSON.stringify({ input: `${i % 500}?`, output: 'x'.repeat(1500), gts: '1', score: 0, step: 1 })}\n`;
    await writeFile(join(folder, '1.jsonl'), Array.from({ length: 1000 }, (_, i) => row(i)).join(''));
    expect((await cli('import', '--format', 'verl', join(folder, '1.jsonl'))).out).toMatch(/groups +500\s+solutions +1000\n/);
  });

  test('folders that cannot be read are named, and the rest is imported', async ({ skip }) => {
    skip(process.platform === 'win32', 'The folder cannot be made on Windows.');
    const source = join(folder, 'trainer');
    await mkdir(join(source, 'deep'), { recursive: true });
    // Nobody can read a folder whose path is longer than the system allows, not even root.
    const dig = `for (let i = 0; i < 20; i++) { require('fs').mkdirSync('d'.repeat(240)); process.chdir('d'.repeat(240)); }`;
    execFileSync(process.execPath, ['-e', dig], { cwd: join(source, 'deep') });
    try {
      const nothing = await cli('import', source);
      expect(nothing.err).toContain('could not be read are left out: deep/ddd');
      expect(nothing.code).toBe(1);
      expect(everything()).toEqual([]);
      await writeFile(join(source, 'samples.jsonl'), line(1, 'a?', ['1', '2']));
      const rest = await cli('import', source);
      expect(rest.out).toContain('could not be read are left out: deep/ddd');
      expect(rest.code).toBe(0);
      expect(readIdentity(join(runsDir, runs()[0]))?.import?.notes).toMatchObject([{ id: 'unreadable', level: 'warning' }]);
    } finally {
      execFileSync('rm', ['-rf', source]);
    }
  });

  test('an import that is cancelled, or killed, leaves nothing', async () => {
    const file = join(folder, 'large.jsonl');
    const piece = line(1, 'x', ['1'.repeat(2000), '2'.repeat(2000)]).repeat(2000);
    for (let i = 0; i < 30; i++) await appendFile(file, piece);
    /** @returns its exit code; null when the signal ended it */
    const begunAndSent = async (signal: NodeJS.Signals): Promise<number | null> => {
      const child = start('import', 'large.jsonl');
      // Before it has said who it is, what it leaves is swept up only after a while.
      await until('it has begun', () =>
        everything().some((name) => name.startsWith('.import-') && existsSync(join(runsDir, name, 'process.json'))),
      );
      child.kill(signal);
      const [code] = (await once(child, 'close')) as [number | null];
      if (code !== 0) return code;
      // It was through before the signal reached it.
      for (const id of runs()) await rm(join(runsDir, id), { recursive: true });
      return begunAndSent(signal);
    };
    expect(await begunAndSent('SIGINT')).toBe(130);
    expect(everything()).toEqual([]);
    expect(await begunAndSent('SIGKILL')).toBeNull();
    expect(runs()).toEqual([]);
    await writeFile(join(folder, 'a.jsonl'), line(1, 'x', ['1']));
    await cli('import', 'a.jsonl');
    expect(everything().filter((name) => name.startsWith('.import-'))).toEqual([]);
  });
});

test('an import says what it came to; what is left out or laid over is told with it', async () => {
  const fixture = resolve('test/fixtures/importers/trl/grpo');
  for (const name of ['one', 'two']) await cp(fixture, join(folder, 'trl', name), { recursive: true });
  const { code, out } = await cli('import', 'trl', '--as-one');
  expect(code).toBe(0);
  expect(out).toMatch(/imported +3 steps, \d+ groups, \d+ solutions, \d+ curves\n/);
  expect(out).toContain('warning: 2 runs seem to be here: one (5 files), two (5 files).');
  expect(readIdentity(join(runsDir, runs()[0]))?.import?.notes).toContainEqual(
    expect.objectContaining({ id: 'several-runs', level: 'warning' }),
  );
  const alone = await cli('import', join('trl', 'one'));
  expect(alone.out).not.toContain('several');
  expect(alone.out).not.toContain('2 runs');
});

describe('of several runs in one folder', () => {
  beforeEach(async () => {
    const fixture = resolve('test/fixtures/importers/trl/grpo');
    for (const name of ['one', 'two', 'three']) await cp(fixture, join(folder, 'trl', name), { recursive: true });
    await rm(join(folder, 'trl', 'two', 'completions', 'completions_00003.parquet'));
  });
  const origins = (): (string | undefined)[] =>
    runs()
      .map((id) => readIdentity(join(runsDir, id))?.import?.run)
      .sort();

  test('which one is asked, and what is known of each is listed', async () => {
    const { code, err } = await cli('import', 'trl');
    expect(code).toBe(2);
    expect(err).toContain('3 runs are in');
    expect(err).toContain('one (5 files), three (5 files), two (4 files)');
    expect(err).toContain('--run NAME');
    expect(existsSync(runsDir) ? runs() : []).toEqual([]);
    const { out } = await cli('import', 'trl', '--list');
    expect(out).toMatch(/^one +5 +steps 1 to 3 · 24 solutions · reward\/mean \S+ · started 2026-08-17 20:53$/m);
    const listed = JSON.parse((await cli('import', 'trl', '--list', '--json')).out) as RunFacts[];
    expect(listed.map(({ id, steps }) => [id, steps])).toEqual([
      ['one', { first: 1, last: 3 }],
      ['three', { first: 1, last: 3 }],
      ['two', { first: 1, last: 3 }],
    ]);
    expect(listed[2].solutions).toBeLessThan(listed[0].solutions);
  });

  test('one is imported by its name, and a name that there is not lists those there are', async () => {
    const wrong = await cli('import', 'trl', '--run', 'four');
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('it has no run "four". Its runs: one (5 files), three (5 files), two (4 files).');
    const { code, out } = await cli('import', 'trl', '--run', 'two');
    expect(code).toBe(0);
    expect(out).toContain('One of 3 runs that are here. Not read: one (5 files), three (5 files).');
    expect(runs()).toEqual([expect.stringMatching(/^two-1-/)]);
    expect(origins()).toEqual(['two']);
  });

  test('all become runs of their own; each replaces its own earlier import', async () => {
    expect((await cli('import', 'trl', '--run', 'two')).code).toBe(0);
    const [former] = runs();
    const { code, out } = await cli('import', 'trl', '--all', '--replace');
    expect(code).toBe(0);
    expect(out).toContain(`replaced ${former}`);
    expect(origins()).toEqual(['one', 'three', 'two']);
    expect(runs()).not.toContain(former);
    expect((await cli('import', 'trl', '--all', '--run', 'one')).code).toBe(2);
  });

  test('of all those that cannot be read are named, and the others are there', async () => {
    await writeFile(join(folder, 'trl', 'three', 'completions', 'completions_00001.parquet'), 'PAR1 and no more');
    const { code, out } = await cli('import', 'trl', '--all');
    expect(code).toBe(1);
    expect(out).toContain('three: nothing was imported.');
    expect(origins()).toEqual(['one', 'two']);
  });
});

test('an empty folder and a pointer of Git LFS are said to be what they are', async () => {
  await mkdir(join(folder, 'empty', 'below'), { recursive: true });
  const empty = await cli('import', 'empty');
  expect([empty.code, empty.err]).toEqual([1, expect.stringContaining('The folder is empty')]);
  await mkdir(join(folder, 'lfs'));
  await writeFile(
    join(folder, 'lfs', 'completions_00010.parquet'),
    `version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 36339\n`,
  );
  const pointer = await cli('import', 'lfs');
  expect([pointer.code, pointer.err]).toEqual([1, expect.stringContaining('git lfs pull')]);
});

describe('a file that grows', () => {
  const follow = async (): Promise<string> => {
    const { code, out, err } = await cli('import', 'a.jsonl', '--follow', '--detach', '--json');
    expect(err).toBe('');
    expect(code).toBe(0);
    return (JSON.parse(out) as { id: string }).id;
  };
  const file = (): string => join(folder, 'a.jsonl');
  const shows = (id: string, ...groups: string[]): Promise<void> =>
    until(`the store shows ${groups.join(' ')}`, async () => JSON.stringify(await shown(id)) === JSON.stringify(groups));

  test('is followed, torn lines and all, stopped and resumed', async () => {
    await writeFile(file(), line(1, 'x', ['1', '2']));
    const id = await follow();
    await shows(id, '1:x=1,2');
    const next = line(2, 'y', ['1', '1']);
    await appendFile(file(), next.slice(0, 20));
    await sleep(600);
    expect(await shown(id)).toEqual(['1:x=1,2']);
    await appendFile(file(), next.slice(20));
    await shows(id, '1:x=1,2', '2:y=1,1');
    const stopped = await cli('stop', id);
    expect(stopped.code).toBe(0);
    await appendFile(file(), line(3, 'z', ['1']));
    // What the folder says of an environment is not what the importer gets: nobody was shown it.
    const identity = readIdentity(join(runsDir, id))!;
    const resolved = { launch: { env: { NODE_OPTIONS: '--require ./evil.cjs' } } };
    writeIdentity(join(runsDir, id), { ...identity, experiment: { ...identity.experiment, resolved } });
    expect((await cli('resume', id, '--detach')).code).toBe(0);
    await shows(id, '1:x=1,2', '2:y=1,1', '3:z=1');
    expect(readIdentity(join(runsDir, id))?.import).toMatchObject({ format: 'groups', follow: true, source: file() });
    // From another host a request is all that comes.
    await writeFile(join(runsDir, id, 'stop.request'), '');
    await until('it has ended', () => Promise.resolve(readLocalRecord(join(runsDir, id))!.ended !== null));
  });

  test('is read again, and doubles nothing, when it is written anew or cut', async () => {
    await writeFile(file(), line(1, 'x', ['1', '2']) + line(2, 'y', ['1', '1']) + line(3, 'z', ['1']));
    const id = await follow();
    await shows(id, '1:x=1,2', '2:y=1,1', '3:z=1');
    await writeFile(file(), line(1, 'x', ['1', '2']) + line(2, 'other', ['2']));
    await shows(id, '1:x=1,2', '2:other=2');
    await truncate(file(), Buffer.byteLength(line(1, 'x', ['1', '2'])));
    await shows(id, '1:x=1,2');
    await appendFile(file(), line(2, 'new', ['3']));
    await shows(id, '1:x=1,2', '2:new=3');
  });

  test('killed at any moment, the follower goes on without losing or doubling anything', async () => {
    const groups = Array.from({ length: 60 }, (_, i) => ({
      step: Math.floor(i / 3),
      text: line(Math.floor(i / 3), `q${i}`, [`${i}`, 'x'.repeat(50)]),
    }));
    await writeFile(file(), groups[0].text);
    const id = await follow();
    let written = 1;
    for (let kill = 0; kill < 5; kill++) {
      for (let i = 0; i < 11 && written < groups.length; i++) await appendFile(file(), groups[written++].text);
      await sleep(Math.floor(Math.random() * 500));
      const state = readLocalRecord(join(runsDir, id));
      for (const p of [state?.watcher, state?.trainer]) if (p && (await isAlive(p))) process.kill(p.pid, 'SIGKILL');
      const resumed = await cli('resume', id, '--detach');
      expect(resumed.err).toBe('');
    }
    while (written < groups.length) await appendFile(file(), groups[written++].text);
    const expected = groups.map(({ step }, i) => `${step}:q${i}=${i},${'x'.repeat(50)}`);
    await shows(id, ...expected);
    const store = await Store.open({ root: join(folder, '.grpo-lab') });
    expect(store.queries.problems(id).rows.filter((p) => !p.reason.startsWith('torn'))).toEqual([]);
    store.close();
  });

  test('what was cut while the follower was dead is taken back when it looks again', async () => {
    await writeFile(file(), line(1, 'x', ['1']) + line(2, 'y', ['1']) + line(3, 'z', ['1']));
    const id = await follow();
    await shows(id, '1:x=1', '2:y=1', '3:z=1');
    const state = readLocalRecord(join(runsDir, id));
    for (const p of [state?.watcher, state?.trainer]) if (p) process.kill(p.pid, 'SIGKILL');
    await writeFile(file(), line(1, 'x', ['1']) + line(2, 'changed', ['2']));
    expect((await cli('resume', id, '--detach')).code).toBe(0);
    await shows(id, '1:x=1', '2:changed=2');
  });
});

test('a name stays as it was given, and its folder is called what a folder can be called', async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'r.jsonl'), line(1, 'q', ['1', '2']));
  const given = 'team/exp 🚀 "q" <b>x</b>\u202e';
  for (const n of [1, 2]) {
    expect((await cli('import', 'r.jsonl', '--name', given)).code).toBe(0);
    const id = runs().find((name) => name.startsWith(`team-exp-q-b-x-b-${n}-`))!;
    expect(readIdentity(join(runsDir, id))).toMatchObject({
      id,
      name: `team/exp 🚀 "q" <b>x</b>-${n}`,
      number: n,
      experiment: { name: 'team/exp 🚀 "q" <b>x</b>' },
    });
  }
  const listed = JSON.parse((await cli('ls', '--json')).out) as { name: string; disk: { total: number; events: number } }[];
  expect(listed.map((r) => r.name).sort()).toEqual(['team/exp 🚀 "q" <b>x</b>-1', 'team/exp 🚀 "q" <b>x</b>-2']);
  for (const { disk } of listed) expect(disk.total).toBeGreaterThan(disk.events);
  expect((await cli('show', 'team/exp 🚀 "q" <b>x</b>-1')).out).toMatch(/on disk +\d[\d.]* k?B: events/);
});
