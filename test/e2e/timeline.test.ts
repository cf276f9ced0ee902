import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventBody } from '../../src/protocol/events.js';
import { aRun, aStatus } from '../builders/aRun.js';
import { VsCode } from './vscode.js';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const span = (step: number, lane: string, name: string, from: number, to: number): EventBody => ({
  type: 'span',
  ...{ step, lane, name },
  ...{ start: new Date(start + 1000 * from).toISOString(), end: new Date(start + 1000 * to).toISOString() },
});

/** A server samples, then a trainer trains: in each of three steps they wait for each other. */
describe('where the time of a run went', () => {
  let folder: string;
  let code: VsCode;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-timeline-'));
    const runs = join(folder, '.grpo-lab', 'runs');
    mkdirSync(runs, { recursive: true });
    const turns = [1, 2, 3].flatMap((s) => [
      span(s, 'server', 'sampling', 10 * s, 10 * s + 6),
      span(s, 'trainer', 'training', 10 * s + 6, 10 * s + 9),
    ]);
    aRun('sums-1-aaaa')
      .being({ name: 'sums-1' })
      .withSteps(3)
      .with(...turns, aStatus(3, 'finished'))
      .write(runs);
    code = await VsCode.open({ workspace: folder, keepRuns: true });
  });
  afterAll(async () => {
    await code.screenshot('timeline-last');
    await code.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('from the palette: lanes and shares; keys go from span to stall, and say who was waited for', async () => {
    await code.command('GRPO Lab: Open Timeline');
    await code.pick(/sums-1/);
    const page = await code.frameWith('timeline-page time-tracks');
    expect(await page.locator('.plot[data-lane]').count()).toBe(2);
    const tracks = page.getByRole('application');
    const readout = page.locator('.readout').first();
    await tracks.focus();
    await code.page.keyboard.press('ArrowRight');
    await expect.poll(() => readout.innerText()).toContain('sampling · server · step 1 · 6.0 s');
    await code.page.keyboard.press('ArrowRight');
    await expect.poll(() => readout.innerText()).toContain('server waits 4.0 s · meanwhile trainer: training 3.0 s');
    await code.screenshotsInAllThemes('timeline');
  });

  test('] looks at a step, whose name is on the tab; Enter on a span opens its groups, and back leads to the timeline', async () => {
    const page = await code.frameWith('timeline-page time-tracks');
    await page.locator('h1').click();
    await code.page.keyboard.press(']');
    await expect.poll(() => page.locator('h1').innerText()).toMatch(/Timeline, step \d/);
    await code.tab(/Timeline · step \d/).waitFor();
    const tracks = page.getByRole('application');
    await tracks.focus();
    await code.page.keyboard.press('ArrowRight');
    await code.page.keyboard.press('Enter');
    const groups = await code.frameWith('groups-page h1');
    expect(await groups.locator('h1').innerText()).toContain('Step');
  });
});
