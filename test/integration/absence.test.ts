/** Why an address leads to nothing, asked of a real store. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { absenceOf } from '../../src/editor/pages/whyAbsent.js';
import type { RunAddress } from '../../src/protocol/address.js';
import { Store } from '../../src/store/store.js';
import { aMetrics, aRun, aStatus } from '../builders/aRun.js';

let root: string;
let store: Store;
beforeEach(async () => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-absence-')), '.grpo-lab');
  mkdirSync(join(root, 'runs'), { recursive: true });
  store = await Store.open({ root });
});
afterEach(() => {
  store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

const absence = (address: RunAddress) => {
  const { queries } = store;
  return absenceOf(address, {
    run: (...a) => Promise.resolve(queries.run(...a)),
    step: (...a) => Promise.resolve(queries.step(...a)),
    groups: (...a) => Promise.resolve(queries.groups(...a)),
  });
};

test('what is missing is found from the run down', async () => {
  const run = aRun().withSteps(3, { groups: 2, size: 4 }).with(aMetrics(4), aStatus(4, 'finished')).write(join(root, 'runs'));
  store.catchUp();
  const { id } = run;
  expect(await absence({ run: id, step: 2, group: 1, solution: 7 })).toEqual({ what: 'solution', size: 4 });
  expect(await absence({ run: id, step: 2, group: 9 })).toEqual({ what: 'group', groups: 2, live: false });
  expect(await absence({ run: id, step: 4 })).toEqual({ what: 'groups', name: id, live: false, samples: true });
  expect(await absence({ run: id, step: 9 })).toEqual({ what: 'step', name: id, newest: 4, live: false });
  rmSync(run.directory, { recursive: true });
  store.catchUp();
  expect(await absence({ run: id, step: 2 })).toEqual({ what: 'run' });
});

test('supervised fine-tuning samples no groups', async () => {
  const run = aRun('sft-1').being({ method: 'sft' }).with(aMetrics(1), aStatus(1)).write(join(root, 'runs'));
  store.catchUp();
  expect(await absence({ run: run.id, step: 1 })).toMatchObject({ what: 'groups', samples: false });
});
