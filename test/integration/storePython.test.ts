import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Store } from '../../src/store/store.js';
import { noPython, python } from '../builders/python.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-python-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the writer that the README shows in Python makes a run', async (context) => {
  const readme = readFileSync(join(import.meta.dirname, '../../src/protocol/README.md'), 'utf8');
  const program = /```python\n([\s\S]*?)```/.exec(readme)![1];
  context.skip(python === undefined, noPython);
  execFileSync(python!, ['-c', program], { cwd: folder });
  const store = await Store.open({ root: join(folder, '.grpo-lab') });
  expect(store.catchUp()).toEqual([]);
  expect(store.queries.runs().rows).toMatchObject([
    { id: 'mine-1', state: 'finished', problems: 0, latest: { 'reward/mean': 0.56, kl: 0.013 } },
  ]);
  expect(store.queries.problems('mine-1').rows).toEqual([]);
  store.close();
});
