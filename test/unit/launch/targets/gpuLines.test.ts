import { expect, test } from 'vitest';
import { gpuLines } from '../../../../src/launch/targets/gpuLines.js';

test('what nvidia-smi answers, in words; what it does not know is left out, and what is no GPU too', () => {
  expect(gpuLines('0, NVIDIA H200, 142625, 143771\n1, NVIDIA A100, [N/A], [Not Supported]\nNo devices were found\n\n')).toEqual([
    '0: NVIDIA H200, 139 GiB of 140 GiB free',
    '1: NVIDIA A100',
  ]);
});
