import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { crc32c, maskedCrc32c } from '../../../src/importers/files/crc32c.js';
import { TfEventsTail, type TfEvent } from '../../../src/importers/files/tfevents.js';
import { ImportError } from '../../../src/importers/importer.js';

const fixtures = join(import.meta.dirname, '../../fixtures/importers');
const real = join(fixtures, 'tensorboard/trl-rloo/events.out.tfevents.1787000000.host.1.0');
const tensors = join(fixtures, 'tensorboard/tensors/events.out.tfevents.1787000000.host.2');
const signal = new AbortController().signal;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tfevents-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const tailOf = (path: string): TfEventsTail => new TfEventsTail({ path, name: 'events.tfevents.1' });
async function all(tail: TfEventsTail): Promise<TfEvent[]> {
  const events: TfEvent[] = [];
  for await (const event of tail.read(signal)) events.push(event);
  return events;
}

test('CRC-32C gives the check values of RFC 3720', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  expect(maskedCrc32c(Buffer.alloc(0))).toBe(0xa282ead8);
});

test('reads scalars and texts that TRL wrote', async () => {
  const events = await all(tailOf(real));
  const scalars = events.filter((event) => 'value' in event);
  expect(scalars.filter(({ tag }) => tag === 'train/step_time')).toHaveLength(3);
  expect(scalars.filter(({ tag }) => tag === 'train/num_tokens').map(({ step, value }) => [step, value])).toEqual([
    [1, 75],
    [2, 155],
    [3, 235],
  ]);
  const texts = events.filter((event) => 'text' in event).map(({ tag }) => tag);
  expect(texts).toEqual(['args/text_summary', 'model_config/text_summary']);
  expect(scalars.every(({ wallTime }) => wallTime > 1.7e9)).toBe(true);
});

test('reads scalars and texts written as tensors, whatever their value and script', async () => {
  const events = await all(tailOf(tensors));
  expect(events.map((event) => [event.step, event.tag, 'value' in event ? event.value : event.text])).toEqual([
    [1, 'loss', 1],
    [1, 'mein-maß', 1],
    [1, 'notes/text_summary', 'größer als 3 ✓'],
    [2, 'loss', 0.5],
    [2, 'mein-maß', NaN],
    [3, 'loss', Math.fround(1 / 3)],
    [3, 'mein-maß', 3],
  ]);
});

test('a growing file, cut wherever, tells the same as the whole', async () => {
  const bytes = await readFile(real);
  const whole = await all(tailOf(real));
  const path = join(folder, 'growing');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 8 }), async (cuts) => {
      await writeFile(path, '');
      const tail = tailOf(path);
      const eventsRead: TfEvent[] = [];
      for (const cut of [...cuts.sort((a, b) => a - b), bytes.length]) {
        await writeFile(path, bytes.subarray(0, cut));
        eventsRead.push(...(await all(tail)));
        expect(tail.rewritten).toBe(false);
      }
      expect(eventsRead).toEqual(whole);
    }),
    { numRuns: 30 },
  );
});

test('a file that was replaced is told again', async () => {
  const path = join(folder, 'replaced');
  await copyFile(real, path);
  const tail = tailOf(path);
  await all(tail);
  expect(await all(tail)).toEqual([]);
  await copyFile(tensors, path);
  expect(await all(tail)).toHaveLength(7);
  expect(tail.rewritten).toBe(true);
});

test('any damaged byte is noticed: everything before it is told, nothing behind it', async () => {
  const bytes = await readFile(tensors);
  const whole = await all(tailOf(tensors));
  const path = join(folder, 'damaged');
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const broken = Buffer.from(bytes);
      broken[at] ^= flip;
      await writeFile(path, broken);
      const eventsRead: TfEvent[] = [];
      const reading = (async () => {
        for await (const event of tailOf(path).read(signal)) eventsRead.push(event);
      })();
      await expect(reading).rejects.toThrow(ImportError);
      expect(whole.slice(0, eventsRead.length)).toEqual(eventsRead);
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['text', '{"step": 1}\n{"step": 2}\n', 'events.tfevents.1, byte 0: not a TensorBoard event file'],
  ['UTF-16', Buffer.from('\ufeffhello, world, and more', 'utf16le'), 'byte 0: not a TensorBoard event file'],
  ['zeros', Buffer.alloc(4096), 'byte 0: not a TensorBoard event file'],
])('says where and what when the file holds %s', async (_, content, message) => {
  const path = join(folder, 'wrong');
  await writeFile(path, content);
  await expect(all(tailOf(path))).rejects.toThrow(message);
});

test('an empty or missing file has nothing to tell yet', async () => {
  const path = join(folder, 'empty');
  await writeFile(path, '');
  expect(await all(tailOf(path))).toEqual([]);
  expect(await all(tailOf(join(folder, 'missing')))).toEqual([]);
});

test('a record that says it is gigantic is refused before anything is allocated', async () => {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(2 ** 31, 0);
  header.writeUInt32LE(maskedCrc32c(header.subarray(0, 8)), 8);
  const path = join(folder, 'gigantic');
  await writeFile(path, header);
  await expect(all(tailOf(path))).rejects.toThrow('byte 0: a record of 2147483648 bytes');
});
