import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { captureFolder, mayTakeHold, prepareCapture, readHandshake, whyNotCaptured } from '../../../src/backends/command/capture.js';
import { capturedBefore, CapturedEvents, tellLeft } from '../../../src/backends/command/capturedEvents.js';
import { isCaptured } from '../../../src/backends/command/isCaptured.js';
import { experimentSchema } from '../../../src/experiment/schema.js';
import { Ledger } from '../../../src/importers/following/ledger.js';
import { aliasOf, namesOf } from '../../../src/importers/foreignMetrics.js';
import type { EventBody } from '../../../src/protocol/events.js';
import { readIdentity } from '../../../src/protocol/identity.js';
import { RunWriter } from '../../../src/protocol/runWriter.js';
import { aRun } from '../../builders/aRun.js';

const experiment = (run: string[], more: { format?: string; capture?: boolean; traces?: object } = {}) =>
  experimentSchema.parse({
    name: 'mine',
    backend: 'command',
    command: {
      run,
      watch: [{ path: 'out', ...(more.format && { format: more.format }) }],
      ...('capture' in more && { capture: more.capture }),
    },
    policy: { model: 'm' },
    data: { dataset: 'd' },
    method: { name: 'grpo' },
    steps: 3,
    ...(more.traces && { traces: more.traces }),
  });

describe('which commands are captured', () => {
  test.each([
    [['python', 'train.py'], {}, false],
    [['python', 'train.py'], { format: 'trl' }, true],
    [['python', '-m', 'trl.scripts.grpo'], {}, true],
    [['/venv/bin/trl', 'grpo'], {}, true],
    [['python', 'control.py', 'trlx'], {}, false],
    [['python', 'train.py'], { format: 'verl' }, false],
    [['python', 'train.py'], { format: 'trl', capture: false }, false],
    [['python', 'train.py'], { capture: true }, true],
  ])('%j %j: %s', (run, more, captured) => expect(isCaptured(experiment(run, more))).toBe(captured));
});

test.each(['trl', 'verl', 'openrlhf'] as const)('metrics of %s have the same names in Python as in imports', (trainer) => {
  const table = JSON.parse(readFileSync(`python/grpo_lab/capture/metrics/${trainer}.json`, 'utf8')) as Record<string, string>;
  expect(table).toEqual(Object.fromEntries(namesOf(trainer).map((name) => [name, aliasOf(trainer, name)!.name])));
});

describe('what capture leaves in the run directory', () => {
  let folder: string;
  let run: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-capture-'));
    run = aRun('mine-1').write(folder).directory;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  const prepare = (pythonPath?: string, traces?: object) =>
    prepareCapture(run, experiment(['python', 'train.py'], { format: 'trl', traces }), {
      packageFolder: '/ext/python',
      pythonPath,
      resumed: false,
    });
  const shake = (more: object = {}): void =>
    writeFileSync(
      join(captureFolder(run), 'capture.json'),
      JSON.stringify({
        v: 1,
        trainer: 'T',
        versions: { trl: '1.13.0' },
        sampling: { temperature: 0.7, logp_temperature: 0.7 },
        ended: null,
        ...more,
      }),
    );
  const group = (step: number): EventBody => ({
    type: 'group',
    step,
    group: 0,
    question_id: 'q',
    question: 'q',
    gold: null,
    solutions: [{ text: 't', rewards: {}, reward: 1, advantage: 0, correct: null, grade: null, finish: 'stop', tokens: 1, kl: null }],
  });

  test('each life begins with nothing of the one before, the hook first on PYTHONPATH and what stood there behind it', () => {
    const first = prepare();
    shake();
    const second = prepare(['/a', '/b'].join(delimiter), { groups: 'with-signal', every: 5 });
    expect(readdirSync(captureFolder(run))).toEqual(['run.json']);
    expect(first.PYTHONPATH).toBe(['/ext/python/grpo_lab/capture/hook', '/ext/python'].join(delimiter));
    expect(second.PYTHONPATH).toBe([first.PYTHONPATH, '/a', '/b'].join(delimiter));
    expect(second).toMatchObject({ GRPO_LAB_TRACES: 'with-signal', GRPO_LAB_TRACES_EVERY: '5' });
    expect(second.GRPO_LAB_LAUNCH).not.toBe(first.GRPO_LAB_LAUNCH);
    expect(first).not.toHaveProperty('GRPO_LAB_RESUMED');
  });

  test('its events are taken over in order and with their times; the trainer’s own files then tell no groups', () => {
    prepare();
    const told: [EventBody, string][] = [];
    const captured = new CapturedEvents(run, (event, time) => told.push([event, time.toISOString()]));
    captured.drain();
    expect(captured.covers(group(1))).toBe(false);
    const writer = RunWriter.open(captureFolder(run));
    const time = new Date('2026-11-30T07:00:00.000Z');
    writer.append(group(1), time);
    captured.drain();
    writer.append(group(2), time);
    captured.drain();
    captured.drain();
    expect(told).toEqual([
      [group(1), time.toISOString()],
      [group(2), time.toISOString()],
    ]);
    shake();
    expect(captured.covers(group(1))).toBe(true);
    expect(captured.covers({ type: 'checkpoint', step: 1, path: 'c', bytes: 1 })).toBe(false);
    expect(readIdentity(run)!.sampling).toEqual({ temperature: 0.7, logp_temperature: 0.7 });
    expect(readIdentity(run)!.versions.trl).toBe('1.13.0');
    shake({ ended: { step: 3, why: 'a fault' } });
    expect([2, 3, 4].map((step) => captured.covers(group(step)))).toEqual([true, false, false]);
    writer.close();
  });

  test('what a killed process has not taken over is told by the next one, and nothing twice', () => {
    prepare();
    const writer = RunWriter.open(captureFolder(run));
    for (const step of [1, 2, 3]) writer.append(group(step));
    writer.close();
    const ledger = new Ledger();
    ledger.news(group(1));
    const told: EventBody[] = [];
    tellLeft(run, ledger, (event) => told.push(event));
    expect(told).toEqual([group(2), group(3)]);
  });

  test('what the files of a former life tell again takes no captured group’s place, before capture has taken hold', () => {
    prepare();
    const ledger = new Ledger();
    for (const step of [1, 2]) ledger.news(group(step));
    expect(capturedBefore(run, ledger)).toBe(0);
    shake();
    new CapturedEvents(run, () => undefined).covers(group(1)); // it has taken hold
    expect(capturedBefore(run, new Ledger())).toBe(0);
    expect(capturedBefore(run, ledger)).toBe(2);
    prepare();
    const captured = new CapturedEvents(run, () => undefined, capturedBefore(run, ledger));
    expect([1, 2, 3].map((step) => captured.covers(group(step)))).toEqual([true, true, false]);
    expect(captured.covers({ type: 'resume', from_step: 0, checkpoint: null })).toBe(true);
  });

  test('a handshake that cannot be read is none', () => {
    prepare();
    writeFileSync(join(captureFolder(run), 'capture.json'), '{"v":1');
    expect(readHandshake(captureFolder(run))).toBeUndefined();
  });

  test.each([
    [[], false],
    [['hook'], true],
    [['hook', 'transformers'], true],
    [['hook', 'transformers', 'trainer'], false],
    [['hook', 'transformers', 'trouble'], false],
  ])('whether it may still take hold: %j: %s', (seen, may) => {
    prepare();
    for (const what of seen) writeFileSync(join(captureFolder(run), `seen-${what}`), '');
    expect(mayTakeHold(captureFolder(run))).toBe(may);
  });

  test.each([
    [[], ['python', '-I', 'train.py'], 'Python runs with -I'],
    [[], ['python', 'train.py', '-I'], 'another sitecustomize before ours'],
    [['hook'], ['python', 'train.py'], 'has not loaded a trainer of transformers, verl or OpenRLHF'],
    [['hook', 'transformers', 'verl'], ['python', 'train.py'], 'verl was loaded'],
    [['hook', 'openrlhf'], ['python', 'train.py'], 'OpenRLHF was loaded'],
    [['hook', 'transformers'], ['python', 'train.py'], 'no `train` of its Trainer was called'],
    [['hook', 'transformers', 'trainer'], ['python', 'train.py'], 'seen-trainer is no trainer that capture knows'],
    [['hook', 'transformers', 'trouble'], ['python', 'train.py'], 'seen-trouble'],
  ])('why there is none: %j of %j', (seen, argv, why) => {
    prepare();
    for (const what of seen) writeFileSync(join(captureFolder(run), `seen-${what}`), `seen-${what}`);
    const told = whyNotCaptured(captureFolder(run), argv);
    expect(told).toContain(why);
    expect(told).toContain('capture: false');
  });
});
