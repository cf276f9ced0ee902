import { expect, test } from 'vitest';
import { devicePeak } from '../../../src/core/devicePeaks.js';
import { samplingFlops, trainingFlops, utilisation } from '../../../src/core/modelFlops.js';

// PaLM (arXiv 2204.02311), appendix B and table 3: 540B, 118 layers, 48 heads of 256, sequences of 2,048 tokens. On 6,144 TPU v4 of 275
// TFLOP/s each, 238.3K tokens/s are an MFU of 46.2 %; 45.7 % without self-attention.
test('PaLM’s own numbers come out', () => {
  const palm = { parameters: 540.35e9, trained: 540.35e9, attention: 118 * 48 * 256 };
  const share = (attention: number | null) => utilisation(trainingFlops({ ...palm, attention }, 2048), 238_300, 275e12, 6144);
  expect(share(palm.attention)).toBeCloseTo(0.462, 2);
  expect(share(null)).toBeCloseTo(0.457, 3);
});

test('by hand: 6N + 12·L·H·Q·T, and 2N of a token that is sampled', () => {
  // 1,000 weights, 2 layers of 4 heads of 8, sequences of 10: 6,000 + 12 · 2 · 32 · 10 = 13,680.
  const size = { parameters: 1000, trained: 1000, attention: 2 * 4 * 8 };
  expect(trainingFlops(size, 10)).toBe(13_680);
  expect(trainingFlops(size, null)).toBe(6000);
  expect(samplingFlops(size)).toBe(2000);
});

test('weights that are not learned need no gradient of their own', () => {
  // An adapter of 10 beside 1,000 frozen weights: 4 · 1,010 + 2 · 10.
  expect(trainingFlops({ parameters: 1010, trained: 10, attention: null }, null)).toBe(4060);
});

test.each([
  ['NVIDIA H100 80GB HBM3', 989.4],
  ['NVIDIA H100 PCIe', 756],
  ['NVIDIA H100 NVL', 835.5],
  ['NVIDIA H200', 989.4],
  ['NVIDIA A100-SXM4-80GB', 312],
  ['NVIDIA A100 80GB PCIe', 312],
  ['NVIDIA L4', 121],
  ['NVIDIA L40S', 362.05],
  ['NVIDIA GeForce RTX 4090', 165.2],
  ['NVIDIA RTX 6000 Ada Generation', 364.2],
  ['AMD Instinct MI300X', 1307.4],
  ['NVIDIA GB200', 2500],
])('%s does %f TFLOP/s', (name, tflops) => {
  expect(devicePeak(name)?.flops).toBe(tflops * 1e12);
});

test.each(['cpu', 'NVIDIA H100 80GB HBM3 MIG 1g.10gb', 'Tesla T4', 'NVIDIA GeForce RTX 4090 Laptop GPU', 'NVIDIA A10G', ''])(
  '“%s” is not guessed',
  (name) => {
    expect(devicePeak(name)).toBeNull();
  },
);

test('what a person says of a device comes first', () => {
  expect(devicePeak('NVIDIA H200', { 'NVIDIA H200': 500 })).toMatchObject({ flops: 500e12 });
  expect(devicePeak('cpu', { cpu: 0.5 })).toMatchObject({ flops: 0.5e12 });
  expect(devicePeak('cpu', { CPU: 0.5 })).toBeNull();
});
