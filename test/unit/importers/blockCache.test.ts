import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BlockCache } from '../../../src/importers/files/blockCache.js';

test('pieces from anywhere are what stands there, over block borders and after blocks had to make room', () => {
  const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-blocks-'));
  const path = join(folder, 'file');
  // More blocks than are kept, and a last one that is not full.
  const bytes = Buffer.alloc(20 * 2 ** 20 + 1234, 0);
  for (let i = 0; i < bytes.length; i += 7) bytes[i] = 32 + ((i * 31) % 90);
  writeFileSync(path, bytes);
  const cache = new BlockCache(path);
  try {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 200_000 }), (offset, length) => {
        expect(cache.text(offset, length) === bytes.toString('utf8', offset, offset + length)).toBe(true);
      }),
      { numRuns: 600 },
    );
    expect(cache.text(7, 19 * 2 ** 20) === bytes.toString('utf8', 7, 7 + 19 * 2 ** 20)).toBe(true);
    expect(cache.text(bytes.length - 4, 4)).toBe(bytes.toString('utf8', bytes.length - 4));
    expect(cache.text(bytes.length + 100_000, 4)).toBe('');
  } finally {
    cache.close();
    rmSync(folder, { recursive: true });
  }
});
