import { beforeEach, expect, test, vi } from 'vitest';
import type { RequestType } from '../../../src/contracts/messaging.js';
import type { Channel } from '../../../webview/shared/channel.js';
import { Solutions } from '../../../webview/solution/solutionCache.js';

const request = vi.fn<(type: RequestType<unknown, unknown>, address: { solution: number }) => Promise<unknown>>();

const at = (solution: number) => ({ run: 'r', step: 1, group: 0, solution });
const settled = () => new Promise((done) => setTimeout(done));

let errors: unknown[];
let solutions: Solutions;
beforeEach(() => {
  errors = [];
  request.mockReset();
  solutions = new Solutions(
    { request: request as Channel['request'] },
    () => undefined,
    (error) => errors.push(error),
  );
});

test('a trace that was never written is none; one that could not be read is said, and asked again', async () => {
  const broken = new Error('the database is locked');
  request.mockImplementation(({ method }, { solution }) =>
    method !== 'solution/trace' ? Promise.resolve({}) : solution === 0 ? Promise.resolve(null) : Promise.reject(broken),
  );
  await solutions.load(at(0));
  await settled();
  expect([solutions.traceOf(at(0)), errors]).toEqual([null, []]);

  await solutions.load(at(1));
  await settled();
  expect([solutions.traceOf(at(1)), errors]).toEqual([undefined, [broken]]);

  request.mockImplementation(() => Promise.resolve({ ends: [1] }));
  await solutions.load(at(1));
  await settled();
  expect(solutions.traceOf(at(1))).toEqual({ ends: [1] });
});

test('what fails ahead of time is not said before somebody goes there', async () => {
  request.mockImplementation(({ method }) => (method === 'solution/trace' ? Promise.reject(new Error('no')) : Promise.resolve({})));
  solutions.prefetchAround(at(0), 2);
  await settled();
  expect(errors).toEqual([]);
});
