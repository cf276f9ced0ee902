import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Bytes } from '../../../src/core/files/byteSource.js';
import { CompressedSegment } from '../../../src/protocol/compressed/compressedSegment.js';
import { compressSegment } from '../../../src/protocol/compressed/compressSegment.js';
import { readSeekTable } from '../../../src/protocol/compressed/seekTable.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-zst-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytesOf = (buffer: Buffer): Bytes => ({
  size: buffer.length,
  read: (position, length) => buffer.subarray(position, position + length),
});
const allOf = (bytes: Bytes): Buffer => bytes.read(0, bytes.size);

/** Small frames, so that there are many of them. */
async function compressed(content: Buffer, frameBytes = 500): Promise<Buffer> {
  const file = join(folder, 'segment.zst');
  await compressSegment(bytesOf(content), file, frameBytes);
  return readFileSync(file);
}

/** Lines of many lengths, some longer than a frame. */
const content = Buffer.from(
  Array.from(
    { length: 200 },
    (_, i) => `{"line":${i},"text":"${'ab cd ef '.repeat(i % 17 === 0 ? 90 : i % 7)}${(i * 7919) % 1009}"}\n`,
  ).join(''),
);

test('every range reads as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.array(fc.tuple(fc.nat(20_000), fc.nat(5000)), { maxLength: 10 }),
      async (lines, frameBytes, ranges) => {
        const written = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const segment = new CompressedSegment(bytesOf(await compressed(written, frameBytes)));
        expect(segment.fault).toBeNull();
        expect(allOf(segment).equals(written)).toBe(true);
        for (const [at, length] of ranges) expect(segment.read(at, length).equals(written.subarray(at, at + length))).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});

test('frames end with lines, where lines are no longer than they', async () => {
  const frames = readSeekTable(bytesOf(await compressed(content)));
  if (typeof frames === 'string') throw new Error(frames);
  const ends = frames.map((_, i) => frames.slice(0, i + 1).reduce((sum, f) => sum + f.content!, 0));
  expect(frames.length).toBeGreaterThan(20);
  expect(ends.filter((end) => content[end - 1] === 0x0a).length).toBeGreaterThan(frames.length / 2);
});

test.each([
  ['in one frame', () => zstdCompressSync(content)],
  [
    'in one frame that does not say how much it holds',
    () => zstdCompressSync(content, { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } }),
  ],
  ['in several', () => Buffer.concat([0, 1].map((i) => zstdCompressSync(content.subarray(i * 999, i === 0 ? 999 : undefined))))],
])('what another program compressed %s is read, and said to have no index', (_, file) => {
  const segment = new CompressedSegment(bytesOf(file()));
  expect(segment.fault).toContain('no index');
  expect(allOf(segment).equals(content)).toBe(true);
  expect(segment.read(700, 900).equals(content.subarray(700, 1600))).toBe(true);
});

test('a file that is cut anywhere gives what was whole before, and says so', async () => {
  const file = await compressed(content);
  const frames = readSeekTable(bytesOf(file));
  if (typeof frames === 'string') throw new Error(frames);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: file.length - 1 }), (end) => {
      const segment = new CompressedSegment(bytesOf(file.subarray(0, end)));
      const whole = frames.filter((f) => f.at + f.bytes <= end).reduce((sum, f) => sum + f.content!, 0);
      expect(segment.fault).not.toBeNull();
      expect(segment.size).toBeGreaterThanOrEqual(whole);
      expect(allOf(segment).equals(content.subarray(0, segment.size))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('of a long frame that is cut its whole blocks are read', () => {
  // Hardly compressible, so that the block that is cut is not the first.
  const long = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `${(i * 2654435761) % 4294967296}\n`).join(''));
  const file = zstdCompressSync(long);
  const segment = new CompressedSegment(bytesOf(file.subarray(0, file.length - 100)));
  expect(segment.size).toBeGreaterThan(long.length / 2);
  expect(allOf(segment).equals(long.subarray(0, segment.size))).toBe(true);
  expect(segment.fault).toContain('cut short');
});

test('an index that lies is found out, and the segment read without it', async () => {
  const file = await compressed(content);
  const frames = readSeekTable(bytesOf(file));
  if (typeof frames === 'string') throw new Error(frames);
  const start = frames.at(-1)!.at + frames.at(-1)!.bytes;
  fc.assert(
    fc.property(fc.integer({ min: start, max: file.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const lying = Buffer.from(file);
      lying[at] ^= change;
      fc.pre(at !== file.length - 5 || (change & 0b1111_1100) !== 0); // two bits have no meaning
      const segment = new CompressedSegment(bytesOf(lying));
      expect(segment.fault).not.toBeNull();
      expect(allOf(segment).equals(content)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('an index whose sums are right and whose frames are not is found out', async () => {
  const file = await compressed(content);
  const lying = Buffer.from(file);
  const frames = readSeekTable(bytesOf(file));
  if (typeof frames === 'string') throw new Error(frames);
  const contentOf = (frame: number): number => file.length - 9 - 8 * (frames.length - frame) + 4;
  lying.writeUInt32LE(frames[3].content! - 1, contentOf(3));
  lying.writeUInt32LE(frames[4].content! + 1, contentOf(4));
  const segment = new CompressedSegment(bytesOf(lying));
  expect(segment.fault).toMatch(/index lies.*frame at byte \d+ holds \d+ bytes, not \d+/);
  expect(allOf(segment).equals(content)).toBe(true);
});

test('a damaged frame is blank and named, and everything else keeps its place', async () => {
  const file = await compressed(content);
  const frames = readSeekTable(bytesOf(file));
  if (typeof frames === 'string') throw new Error(frames);
  fc.assert(
    fc.property(
      fc.nat(frames.length - 1),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.integer({ min: 1, max: 255 }),
      (i, where, change) => {
        const damaged = Buffer.from(file);
        damaged[frames[i].at + Math.floor(where * frames[i].bytes)] ^= change;
        const segment = new CompressedSegment(bytesOf(damaged));
        const from = frames.slice(0, i).reduce((sum, f) => sum + f.content!, 0);
        const to = from + frames[i].content!;
        const read = allOf(segment);
        expect(read.subarray(0, from).equals(content.subarray(0, from))).toBe(true);
        expect(read.subarray(to).equals(content.subarray(to))).toBe(true);
        expect(segment.fault).toBeNull();
        if (read.equals(content)) return; // a bit that means nothing
        expect(segment.damageIn(from, to - from)).toMatchObject({ from, to });
        expect(read.subarray(from, to).toString().trim()).toBe('');
      },
    ),
    { numRuns: 300 },
  );
});

test('a frame that says it holds a terabyte is not unpacked', () => {
  const header = Buffer.alloc(4 + 1 + 8 + 3);
  header.set([0x28, 0xb5, 0x2f, 0xfd, 0b1110_0000]);
  header.writeBigUInt64LE(2n ** 40n, 5);
  header.set([0b11, 0, 0], 13); // one byte, repeated: the last block
  const segment = new CompressedSegment(bytesOf(Buffer.concat([header, Buffer.of(0x61), zstdCompressSync(content)])));
  expect(segment.fault).toContain(`it holds ${2 ** 40} bytes`);
  expect(allOf(segment).equals(content)).toBe(true);
});
