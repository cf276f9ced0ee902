/**
 * A program whose threads do nothing but decompress, and are ended: `terminate` ends 60, one after the other, after some milliseconds each;
 * `exit` ends as a process with four at work.
 */
import { isMainThread, parentPort } from 'node:worker_threads';
import { gzipSync, gunzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { EndableThread } from '../../src/core/threads/endableThread.js';
import { uninterrupted } from '../../src/core/threads/uninterrupted.js';

async function begun(): Promise<EndableThread> {
  const thread = EndableThread.start(__filename);
  await once(thread, 'message');
  return thread;
}

async function main(way: string | undefined): Promise<void> {
  if (way === 'exit') {
    await Promise.all([begun(), begun(), begun(), begun()]);
    await sleep(20 * Math.random());
    process.exit(0);
  }
  const other = await begun();
  for (let i = 0; i < 60; i++) {
    const thread = await begun();
    await sleep(8 * Math.random());
    await thread.terminate();
  }
  await other.terminate();
  console.log('60 were ended');
}

if (isMainThread) void main(process.argv[2]);
else {
  const text = Buffer.from('step by step '.repeat(200));
  const [zstd, gzip] = [zstdCompressSync(text), gzipSync(text)];
  parentPort!.postMessage('begun');
  for (;;) {
    uninterrupted(() => zstdDecompressSync(zstd));
    uninterrupted(() => gunzipSync(gzip));
    uninterrupted(() => zstdCompressSync(text));
  }
}
