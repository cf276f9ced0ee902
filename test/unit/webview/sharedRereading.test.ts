import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Rereading } from '../../../webview/shared/rereading.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Answers come when the test says so. */
function slow(): { rereading: Rereading; reads: () => number; answer: () => Promise<void> } {
  const pending: (() => void)[] = [];
  let reads = 0;
  const rereading = new Rereading(() => {
    reads++;
    return new Promise<void>((resolve) => pending.push(resolve));
  });
  return {
    rereading,
    reads: () => reads,
    answer: async () => {
      pending.shift()!();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

test('a burst of changes is read once', async () => {
  const { rereading, reads, answer } = slow();
  for (let i = 0; i < 5; i++) rereading.soon(250);
  await vi.advanceTimersByTimeAsync(250);
  await answer();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads()).toBe(1);
});

test('a change that comes while the answer is on its way is read afterwards, and not at the same time', async () => {
  const { rereading, reads, answer } = slow();
  rereading.soon(250);
  await vi.advanceTimersByTimeAsync(250);
  rereading.soon(250);
  rereading.soon(250);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads()).toBe(1);
  await answer();
  await vi.advanceTimersByTimeAsync(250);
  expect(reads()).toBe(2);
  await answer();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads()).toBe(2);
});

test('a change after the answer is read again', async () => {
  const { rereading, reads, answer } = slow();
  for (let n = 1; n <= 3; n++) {
    rereading.soon(250);
    await vi.advanceTimersByTimeAsync(250);
    await answer();
    expect(reads()).toBe(n);
  }
});
