import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { importerFlags } from '../../../src/launch/importerProgram.js';
import { layout } from '../../../src/protocol/layout.js';
import { Store } from '../../../src/store/store.js';
import { groupLine } from './lines.js';
import { GROUP } from './rows.js';

/**
 * Follows a file in `folder` that grows by a group at a time.
 * @returns ms from the end of each append until the store answers with the group, sorted
 */
export async function lag(folder: string, dist: string): Promise<number[]> {
  const file = join(folder, 'growing.jsonl');
  const line = (group: number): string => `${JSON.stringify(groupLine(group * GROUP))}\n`;
  writeFileSync(file, line(0));
  const root = join(folder, '.grpo-lab');
  mkdirSync(join(root, 'runs'), { recursive: true });
  const request = JSON.stringify({ path: file, format: 'groups' });
  const child = spawn(
    process.execPath,
    [...importerFlags, join(dist, 'importer.cjs'), 'follow', '--into', join(root, 'runs'), '--request', request],
    {
      stdio: ['pipe', 'ignore', 'inherit'],
    },
  );
  await new Promise((done) => child.once('exit', done));
  const id = readdirSync(join(root, 'runs')).find((name) => !name.startsWith('.'))!;
  const store = await Store.open({ root, dataFolder: join(folder, 'data') });
  const arrived = (step: number, group: number): boolean => {
    store.catchUp(id);
    return store.queries.group(id, step, group) !== null;
  };
  const lags: number[] = [];
  try {
    while (!arrived(0, 0)) await sleep(20);
    for (let group = 1; group <= 40; group++) {
      appendFileSync(file, line(group));
      const begun = performance.now();
      while (!arrived(0, group)) {
        if (performance.now() - begun > 30_000) throw new Error(`group ${group} was never told`);
        await sleep(5);
      }
      lags.push(performance.now() - begun);
      await sleep((group * 137) % 700);
    }
  } finally {
    writeFileSync(join(root, 'runs', id, layout.stopRequest), '');
    store.close();
  }
  return lags.sort((a, b) => a - b);
}
