import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { endpointQuestions } from '../../../src/backends/endpoint.js';
import { experimentSchema } from '../../../src/experiment/schema.js';

test('an evaluator reaches its server as who launches it does, but for what the experiment says', async () => {
  const experiment = experimentSchema.parse({
    name: 'asked',
    backend: 'endpoint',
    policy: { endpoint: { url: 'http://gpu:8000/v1', model: 'm' } },
    data: { generator: 'arithmetic', levels: [1] },
    method: { name: 'evaluate' },
    benchmarks: [{ suite: 'gsm' }],
    steps: 1,
    launch: { env: { NO_PROXY: 'mine' } },
  });
  const options = {
    distFolder: resolve('dist'),
    nodePath: process.execPath,
    network: () => ({ HTTP_PROXY: 'http://proxy:1', NO_PROXY: 'localhost' }),
    keyOf: () => Promise.resolve(undefined),
  };
  const { env } = await endpointQuestions(options, experiment, { directory: '/runs/r', of: (path) => path });
  expect(env).toEqual({ HTTP_PROXY: 'http://proxy:1', NO_PROXY: 'mine' });
  const plain = await endpointQuestions({ ...options, network: undefined }, experiment, { directory: '/runs/r', of: (path) => path });
  expect(plain.env).toEqual({ NO_PROXY: 'mine' });
});
