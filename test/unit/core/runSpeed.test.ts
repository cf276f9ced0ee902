import { expect, test } from 'vitest';
import { samplingRate, trainingRate } from '../../../src/core/runSpeed.js';

const setup = {
  parameters: 1000,
  architecture: { layers: 2, width: 32, heads: 4, kv_heads: 4, hidden: 64, vocabulary: 100 },
  device: 'a device',
  processes: 2,
};
const none = { tokens: null, sequences: null, seconds: null };

test('tokens a second and the share of the peak, by hand', () => {
  // 500 tokens/s of 2,000 FLOPs on two devices of 1e6 FLOP/s.
  expect(samplingRate({ tokens: 1000, sequences: null, seconds: 2 }, { setup, peak: 1e6 })).toEqual({
    tokensPerSecond: 500,
    utilisation: 0.5,
    missing: [],
  });
  // Sequences of 10: 6,000 + 12 · 64 · 10 = 13,680 FLOPs; 100 tokens/s.
  expect(trainingRate({ tokens: 200, sequences: 20, seconds: 2 }, { setup, peak: 1e6 })).toEqual({
    tokensPerSecond: 100,
    utilisation: 0.684,
    missing: [],
  });
  // Without their number attention is left out: 6,000.
  expect(trainingRate({ tokens: 200, sequences: null, seconds: 2 }, { setup, peak: 1e6 }).utilisation).toBe(0.3);
});

test('what is missing is named, and nothing is 0 for want of it', () => {
  expect(samplingRate(none, { setup: null, peak: null })).toEqual({
    tokensPerSecond: null,
    utilisation: null,
    missing: [
      'the tokens of its solutions (tokens/sampled)',
      'the seconds of sampling',
      'how many parameters its policy has',
      'on which device it trains',
    ],
  });
  const work = { tokens: 10, sequences: 1, seconds: 2 };
  expect(trainingRate(work, { setup, peak: null })).toEqual({
    tokensPerSecond: 5,
    utilisation: null,
    missing: ['the peak of “a device”, which is not listed (the setting grpoLab.devicePeaks can name it)'],
  });
  expect(samplingRate(work, { setup: { ...setup, sampler: 'server' }, peak: 1e6 })).toMatchObject({
    tokensPerSecond: 5,
    utilisation: null,
    missing: ['on which devices the server samples'],
  });
  expect(samplingRate({ ...work, seconds: 0 }, { setup, peak: 1e6 }).tokensPerSecond).toBeNull();
});
