/** The doctor in a window: runs are examined in a thread, pages and lists hear of it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DoctorView } from '../../src/contracts/doctor.js';
import { aRun, aStatus } from '../builders/aRun.js';
import { AWindow } from '../builders/aWindow.js';
import { aHealthyRun, eventsOf, withSolutions } from '../builders/examined.js';
import { fake } from '../builders/fakeVscode.js';

const cut = eventsOf(withSolutions(aHealthyRun(), () => ({ finish: 'length', tokens: 64 }), 21));

let window: AWindow;
beforeEach(() => {
  window = new AWindow();
  aRun('sums-1')
    .with(...cut, aStatus(60, 'finished'))
    .write(window.runsDir);
});
afterEach(() => window.close());

/** What the page in front is answered. */
async function answer<T>(method: string, id: number): Promise<T> {
  const panel = fake.panels.at(-1)!;
  panel.received.fire({ kind: 'request', id, method, params: { run: 'sums-1' } });
  const response = () =>
    panel.sent.find((m) => (m as { id?: number; kind: string }).id === id && (m as { kind: string }).kind === 'response');
  await expect.poll(response).toMatchObject({ ok: true });
  return (response() as { result: T }).result;
}

const file = (): string => join(window.runsDir, 'sums-1', 'doctor.json');

describe('the page of the doctor', () => {
  test('has the findings with their doors, and leaves beside the run what lists show', async () => {
    await window.open();
    await fake.command('grpoLab.run.openDoctor', 'sums-1');
    expect(fake.tabs()).toEqual(['Doctor · sums-1']);
    const view = await answer<DoctorView>('doctor/open', 1);
    expect(view).toMatchObject({ run: 'sums-1', isLive: false, step: 60, examined: { steps: 60, upTo: 60 } });
    expect(view.examined.findings[0]).toMatchObject({ id: 'truncated', onset: 21, serious: true });
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({
      upTo: 60,
      findings: [{ id: 'truncated', until: null, serious: true }],
    });
    // The dashboard's line and marks are made of the same.
    await fake.command('grpoLab.run.open', 'sums-1');
    const [first] = await answer<{ id: string }[]>('dashboard/findings', 2);
    expect(first).toMatchObject({ id: 'truncated', onset: 21, serious: true });
  });

  test('in a workspace that is not trusted it reads alone', async () => {
    await window.open(false);
    await fake.command('grpoLab.run.openDoctor', 'sums-1');
    const view = await answer<DoctorView>('doctor/open', 1);
    expect(view.examined.findings[0].id).toBe('truncated');
    expect(existsSync(file())).toBe(false);
  });

  test('nobody waits: the examination ends with the page that asked for it', async () => {
    await window.open();
    await fake.command('grpoLab.run.openDoctor', 'sums-1');
    const panel = fake.panels.at(-1)!;
    panel.received.fire({ kind: 'request', id: 1, method: 'doctor/open', params: { run: 'sums-1' } });
    panel.received.fire({ kind: 'cancel', id: 1 });
    const response = () => panel.sent.find((m) => (m as { id?: number }).id === 1);
    await expect.poll(response).toMatchObject({ ok: false });
    expect((await answer<DoctorView>('doctor/open', 2)).examined.findings[0].id).toBe('truncated');
  });

  test('a run that is not here', async () => {
    await window.open();
    await fake.command('grpoLab.run.openDoctor', 'sums-1');
    const panel = fake.panels.at(-1)!;
    panel.received.fire({ kind: 'request', id: 1, method: 'doctor/open', params: { run: 'gone' } });
    await expect.poll(() => panel.sent.find((m) => (m as { id?: number }).id === 1)).toMatchObject({ ok: true, result: null });
  });
});
