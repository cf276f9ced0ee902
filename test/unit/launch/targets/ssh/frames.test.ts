import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameError, Frames, type Seen } from '../../../../../src/launch/targets/ssh/frames.js';

const token = 'f00dfeed';
const sent = (name: string, offset: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`@ ${name} ${offset} ${bytes.length} ${offset + bytes.length}\n`), bytes, Buffer.from(`\n${token}\n`)]);

const taken = (chunks: Buffer[]): Seen[] => {
  const frames = new Frames(token);
  return chunks.flatMap((chunk) => [...frames.take(chunk)]);
};

test('pieces come out whole, in whatever parts they arrive, behind any greeting; what has not come whole does not come', () => {
  const piece = fc.record({ offset: fc.nat(1e6), bytes: fc.uint8Array({ maxLength: 60 }).map((b) => Buffer.from(b)) });
  const cuts = fc.array(fc.nat(400), { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), cuts, fc.nat(20), (pieces, at, missing) => {
      const whole = Buffer.concat([
        Buffer.from(`Welcome!\n@ run.json 0 5 5\n${token}\n`),
        ...pieces.map(({ offset, bytes }) => sent('events/000001.ndjson', offset, bytes)),
      ]);
      const there = whole.subarray(0, whole.length - missing);
      const ends = [...at.filter((end) => end < there.length), there.length].sort((a, b) => a - b);
      const seen = taken(ends.map((end, i) => there.subarray(ends[i - 1] ?? 0, end)));
      const expected = pieces.map(({ offset, bytes }) => ({
        ...{ kind: 'piece', name: 'events/000001.ndjson', offset, size: offset + bytes.length },
        bytes: bytes.toString('hex'),
      }));
      const plain = seen.map((s) => (s.kind === 'piece' ? { ...s, bytes: s.bytes.toString('hex') } : s));
      expect(plain).toEqual(expected.slice(0, plain.length));
      if (missing === 0) expect(plain).toHaveLength(pieces.length);
      else expect(plain.length).toBeLessThan(pieces.length);
    }),
  );
});

test('a round tells what has become of the job', () => {
  const rounds = taken([Buffer.from(`${token}\n. running\n. ended 137\n. gone\n`)]);
  expect(rounds).toEqual([
    { kind: 'round', state: { kind: 'running' } },
    { kind: 'round', state: { kind: 'ended', code: 137 } },
    { kind: 'round', state: { kind: 'gone' } },
  ]);
});

test('a file that became shorter while it was read, or a line that is none of ours, ends the connection', () => {
  const short = Buffer.from(`${token}\n@ stdout.log 0 100 100\nonly this\n${token}\n. running\n`);
  expect(() => taken([Buffer.concat([short, Buffer.alloc(200)])])).toThrow(FrameError);
  expect(() => taken([Buffer.from(`${token}\n@ ../x y\n`)])).toThrow(new FrameError('a line that is none of ours: @ ../x y'));
  expect(() => taken([Buffer.from(`${token}\n${'word '.repeat(50)}\n`)])).toThrow(/: (word ){19}word…$/);
  expect(() => taken([Buffer.from(`${token}\n@ stdout.log 0 999999999999 999999999999\n`)])).toThrow(FrameError);
  expect(() => taken([Buffer.alloc(5000, 'x')])).toThrow(FrameError);
});
