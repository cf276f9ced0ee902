import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { EventBody, RunEvent } from '../../src/protocol/events.js';
import { segmentName } from '../../src/protocol/layout.js';
import { writeIdentity } from '../../src/protocol/identity.js';
import { recordLost } from '../../src/protocol/watch.js';
import { Store } from '../../src/store/store.js';
import { aGroup, aMetrics, anIdentity, aStatus, aTrace } from '../builders/aRun.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-order-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let worlds = 0;

const step = fc.integer({ min: 1, max: 6 });
const small = fc.integer({ min: 0, max: 2 });
const body: fc.Arbitrary<EventBody> = fc.oneof(
  { arbitrary: fc.tuple(step, small, fc.integer({ min: 1, max: 5 })).map(([s, g, size]) => aGroup(s, g, size)), weight: 4 },
  { arbitrary: fc.tuple(step, small, small, fc.integer({ min: 0, max: 9 })).map((t) => aTrace(...t)), weight: 3 },
  { arbitrary: fc.tuple(step, fc.double({ noNaN: true, noDefaultInfinity: true })).map(([s, kl]) => aMetrics(s, { kl })), weight: 4 },
  fc.tuple(step, fc.constantFrom('running', 'finished', 'stopped', 'failed')).map((t) => aStatus(...t)),
  step.map((s): EventBody => ({ type: 'resume', from_step: s - 1, checkpoint: null })),
  fc
    .tuple(step, fc.double({ min: 0, max: 1, noNaN: true }), fc.option(fc.nat(9), { nil: undefined }))
    .map(([s, value, shots]): EventBody => ({ type: 'benchmark', step: s, suite: 'held-out', mode: 'greedy', value, n: 9, low: 0, shots })),
  fc
    .tuple(step, fc.boolean())
    .map(([s, removed]): EventBody => ({ type: 'checkpoint', step: s, path: `checkpoints/${s}`, bytes: s, removed })),
  fc
    .constantFrom('started', 'exited', 'lost')
    .map((state): EventBody => ({ type: 'process', state: state as 'started', pid: 7, exit_code: 1 })),
  fc.string().map((message): EventBody => ({ type: 'log', level: 'info', message })),
);
const events = fc
  .array(body, { maxLength: 40 })
  .map((bodies) => bodies.map((b, i): RunEvent => ({ v: 1, seq: i + 1, time: new Date(1e12 + i * 1000).toISOString(), ...b })));

/** A folder with one run whose segments hold these lines. */
function write(segments: string[][], lostAfter: number | undefined): string {
  const root = join(folder, String(++worlds));
  const run = join(root, 'runs', 'any');
  mkdirSync(join(run, 'events'), { recursive: true });
  writeIdentity(run, anIdentity('any'));
  for (const [i, lines] of segments.entries()) writeFileSync(join(run, 'events', segmentName(i + 1)), lines.map((l) => `${l}\n`).join(''));
  if (lostAfter !== undefined) recordLost(run, 'here', { time: '', target: 'local', job: 'x', seq: lostAfter, tail: [] });
  return root;
}

/** What is known, apart from the places in files. */
async function knowledge(root: string, bytes: number): Promise<string[]> {
  const store = await Store.open({ root });
  while (store.ingest.advance('any', bytes) !== 'idle');
  const known = [...store.dump()].filter((line) => !line.startsWith('any segments '));
  store.rebuild();
  expect([...store.dump()].filter((line) => !line.startsWith('any segments '))).toEqual(known);
  store.close();
  return known;
}

test('whatever the order, the repetitions, the segments and the pieces: the same events give the same database', async () => {
  const stream = events.chain((list) => {
    const lines = list.map((e) => JSON.stringify(e));
    return fc.record({
      lines: fc.constant(lines),
      shuffled: fc.shuffledSubarray(lines, { minLength: lines.length, maxLength: lines.length }),
      repeated: fc.subarray(lines),
      cut: fc.integer({ min: 0, max: lines.length }),
      bytes: fc.integer({ min: 1, max: 5000 }),
      // What a watcher found, of some event or of none there is.
      lost: fc.option(fc.nat(lines.length + 1), { nil: undefined }),
    });
  });
  await fc.assert(
    fc.asyncProperty(stream, async ({ lines, shuffled, repeated, cut, bytes, lost }) => {
      const inOrder = await knowledge(write([lines], lost), 1 << 20);
      const otherwise = await knowledge(write([shuffled.slice(0, cut), [...repeated, ...shuffled.slice(cut)]], lost), bytes);
      expect(otherwise).toEqual(inOrder);
    }),
    { numRuns: 60 },
  );
}, 300_000);
