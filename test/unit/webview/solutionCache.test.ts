import { beforeEach, expect, test } from 'vitest';
import type { SolutionDetail, Trace } from '../../../src/store/views.js';
import { encodeUtf8 } from '../../../src/core/utf8.js';
import { Solutions } from '../../../webview/solution/solutionCache.js';

const requests: string[] = [];
let detail: Pick<SolutionDetail, 'text' | 'advantage' | 'sameQuestion'>;
let trace: Trace;
const host = {
  request: <R>({ method }: { method: string }): Promise<R> => {
    requests.push(method);
    // A channel gives a new object each time.
    return Promise.resolve(structuredClone(method === 'solution/open' ? { ...detail, text: encodeUtf8(detail.text) } : trace) as R);
  },
};

const here = { run: 'r', step: 1, group: 0, solution: 2 };
const settled = () => new Promise((resolve) => setTimeout(resolve));
let solutions: Solutions;
beforeEach(async () => {
  detail = { text: 'The answer is 47', advantage: 1, sameQuestion: [] };
  trace = { ends: [3, 16] };
  solutions = new Solutions(
    host,
    () => undefined,
    () => undefined,
  );
  await solutions.load(here);
  await settled();
  requests.length = 0;
});

test('a change elsewhere in a live run leaves the solution and its tokens as they are', async () => {
  const [before, tokens] = [await solutions.load(here), solutions.traceOf(here)];
  expect(await solutions.renew(here)).toBe(before);
  expect(solutions.traceOf(here)).toBe(tokens);
  expect(requests).toEqual(['solution/open']);
});

test('another asking of its question is told, and the tokens stay', async () => {
  const tokens = solutions.traceOf(here);
  detail.sameQuestion = [{ step: 9, group: 0, split: null }];
  expect(await solutions.renew(here)).toMatchObject({ sameQuestion: [{ step: 9 }] });
  expect(solutions.traceOf(here)).toBe(tokens);
  expect(requests).toEqual(['solution/open']);
});

test('while the answer is on its way what is there stays', async () => {
  const tokens = solutions.traceOf(here);
  const renewed = solutions.renew(here);
  expect(solutions.traceOf(here)).toBe(tokens);
  await renewed;
});

test('another text takes its old tokens with it, and brings its own', async () => {
  detail.text = 'Another';
  trace = { ends: [7] };
  const renewed = await solutions.renew(here);
  expect(renewed!.text).toBe('Another');
  await settled();
  expect(solutions.traceOf(here)).toEqual({ ends: [7] });
});

test('what was fetched ahead is asked for again', async () => {
  solutions.prefetchAround(here, 16);
  await settled();
  await solutions.renew(here);
  requests.length = 0;
  await solutions.load({ ...here, solution: 3 });
  expect(requests).toContain('solution/open');
});
