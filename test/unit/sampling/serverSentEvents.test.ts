import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { longestLine, serverSentEvents } from '../../../src/sampling/endpoint/serverSentEvents.js';

async function* cut(text: string, sizes: number[]): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0, i = 0; at < bytes.length; i++) yield bytes.subarray(at, (at += sizes[i % sizes.length]));
  await Promise.resolve();
}

async function all(text: string, sizes = [1000]): Promise<string[]> {
  const events = [];
  for await (const event of serverSentEvents(cut(text, sizes))) events.push(event);
  return events;
}

describe('a stream of events', () => {
  test('gives the data of each, without comments and other fields', async () => {
    expect(await all(': ping\n\nevent: message\ndata: {"a":1}\nid: 4\n\ndata:b\n\ndataset: no\n\n')).toEqual(['{"a":1}', 'b']);
    expect(await all('data: one\ndata: two\n\n')).toEqual(['one\ntwo']);
    expect(await all('data: without an end')).toEqual(['without an end']);
    expect(await all('')).toEqual([]);
  });

  test('reads the same however its bytes are cut, with any line breaks', async () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((s) => !/[\r\n\ufeff]/.test(s) && s !== '');
    await fc.assert(
      fc.asyncProperty(
        fc.array(word, { maxLength: 6 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 }),
        async (events, end, sizes) => {
          const text = events.map((e) => `data: ${e}${end}${end}`).join('');
          expect(await all(text, sizes)).toEqual(events);
        },
      ),
    );
  });

  test('with a line that never ends is given up', async () => {
    await expect(all(`data: ${'x'.repeat(longestLine)}`, [100_000])).rejects.toThrow('a line of more than');
  });
});
