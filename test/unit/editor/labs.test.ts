import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { LogOutputChannel } from 'vscode';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Labs } from '../../../src/editor/labs.js';
import { aSummary } from '../../builders/aSummary.js';
import { fake } from '../../builders/fakeVscode.js';

/** How the stores were asked. */
const optionsSeen = vi.hoisted((): object[] => []);
/** The store of a folder: one run, named after it. */
vi.mock('../../../src/store/client.js', () => ({
  StoreClient: class {
    private readonly id: string;
    constructor({ root }: { root: string }) {
      this.id = `run-of-${basename(dirname(root))}`;
    }
    onChange = () => ({ dispose: () => undefined });
    onNotice = this.onChange;
    asking = (options: object) => {
      optionsSeen.push(options);
      return this.ask;
    };
    ask = {
      runs: () => Promise.resolve({ rows: [aSummary({ id: this.id })], next: null }),
      run: (id: string) => Promise.resolve(id === this.id ? aSummary({ id }) : null),
    };
    close = () => Promise.resolve();
  },
}));

let base: string;
let folders: string[];
beforeEach(() => {
  fake.reset();
  fake.trusted = false; // nothing is looked for in the folders
  base = mkdtempSync(join(tmpdir(), 'grpo-lab-labs-'));
  folders = ['a', 'b', 'c'].map((name) => join(base, name));
  for (const folder of folders) mkdirSync(join(folder, '.grpo-lab', 'runs'), { recursive: true });
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

test('a folder that is taken out of the workspace takes its runs along', async () => {
  fake.folders = folders;
  const labs = new Labs('dist', {} as LogOutputChannel);
  expect((await labs.ask.runs()).rows.map((r) => r.id)).toEqual(['run-of-c', 'run-of-b', 'run-of-a']);
  expect((await labs.labOf('run-of-b'))?.folder).toBe(folders[1]);
  fake.setFolders(folders[0], folders[2]);
  expect(await labs.labOf('run-of-b')).toBeUndefined();
  expect(await labs.ask.run('run-of-b')).toBeNull();
  expect(await labs.ask.run('run-of-c')).toMatchObject({ id: 'run-of-c' });
  labs.dispose();
});

test('whoever may lose interest says so to the store of the run, and to all stores where all are asked', async () => {
  fake.folders = folders;
  const labs = new Labs('dist', {} as LogOutputChannel);
  optionsSeen.length = 0;
  const options = { signal: new AbortController().signal };
  await labs.asking(options).runs();
  await labs.asking(options).run('run-of-b');
  expect(optionsSeen.filter((o) => o === options)).toHaveLength(3 + 1);
  labs.dispose();
});
