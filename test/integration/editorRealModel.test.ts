/** "Try It with a Real Model": the server that the example starts, its groups as a run, and what is said where it cannot be had. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { llamaPython } from '../../scripts/lib/llama.mjs';
import { lastEvent } from '../../src/launch/newestEvents.js';
import { RunReader } from '../../src/protocol/runReader.js';
import { AWindow } from '../builders/aWindow.js';
import { fake } from '../builders/fakeVscode.js';
import { needs } from '../builders/needs.js';
import { untilEnded } from './launchWorld.js';

let window: AWindow;
beforeEach(async () => {
  window = new AWindow();
  await window.open();
});
afterEach(() => window.close());

test('without a Python that serves it says what is needed, and starts nothing', async () => {
  fake.settings['grpoLab.python'] = '/no/such/python3';
  await fake.command('grpoLab.tryRealModel');
  expect(fake.messages.at(-1)).toContain('A real model needs Python 3.10 or newer, and "/no/such/python3" cannot be run');
  expect(existsSync(join(window.folder, 'real'))).toBe(false);
});

test('groups that it wrote before are opened at once, and only copied once', async () => {
  for (let i = 0; i < 2; i++) {
    await fake.command('grpoLab.showDemonstration');
    expect(fake.messages).toEqual([]);
  }
  expect(readdirSync(window.runsDir)).toEqual(['smollm2-questions-1-demo']);
  expect(fake.tabs()).toEqual(['Step 1 · smollm2-questions-1']);
  const events = new RunReader(join(window.runsDir, 'smollm2-questions-1-demo')).next(Infinity).events.map(({ event }) => event);
  const groups = events.filter((e) => e.type === 'group');
  expect(groups).toHaveLength(16);
  // Real language, right and wrong, with the log-probabilities of its tokens.
  const right = groups.flatMap((g) => g.solutions).filter((s) => s.correct).length;
  expect(right).toBeGreaterThan(0);
  expect(right).toBeLessThan(128);
  expect(events.filter((e) => e.type === 'trace').length).toBeGreaterThan(64);
});

describe('with a server', async () => {
  const found = await llamaPython();
  needs(found.python, found.missing ?? '');

  test('groups are sampled as a run, and the server ends with the window', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-real-'));
    try {
      // In the place of the real weights, which no test fetches.
      const model = join(folder, 'tiny.gguf');
      execFileSync(found.python!, ['test/fixtures/llama/tiny_gguf.py', model]);
      process.env.GRPO_LAB_REAL_MODEL = model;
      fake.settings['grpoLab.python'] = found.python;
      fake.answers = ['Start'];
      await fake.command('grpoLab.tryRealModel');
      expect(fake.messages).toEqual(['Start a real model on this machine?']);
      const [id] = readdirSync(window.runsDir).filter((name) => name.startsWith('tiny-eval-1-'));
      await untilEnded(join(window.runsDir, id));
      expect(lastEvent(join(window.runsDir, id), ['status'])).toMatchObject({ state: 'finished' });
      const events = new RunReader(join(window.runsDir, id)).next(Infinity).events.map(({ event }) => event);
      expect(events.filter((e) => e.type === 'group').map((g) => g.solutions.length)).toEqual(Array<number>(16).fill(8));
      const first = events.find((e) => e.type === 'status' && e.message?.startsWith('asking tiny at'));
      const url = /http:\S+/.exec(first?.type === 'status' ? first.message! : '')![0];
      const answers = () =>
        fetch(`${url}/models`).then(
          () => true,
          () => false,
        );
      expect(await answers()).toBe(true);
      window.close();
      await expect.poll(answers).toBe(false);
    } finally {
      delete process.env.GRPO_LAB_REAL_MODEL;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
