/**
 * The most floating-point operations a second that a device can do in BF16 with dense matrices, by the name that its driver reports.
 * From the vendors' data sheets and white papers; where these give the number with 2:4 sparsity alone, half of it.
 */

const tera = 1e12;

/** In the order in which they are tried; TFLOP/s. */
const sheets: readonly [name: RegExp, tflops: number, source: string][] = [
  [/\bGB200\b/, 2500, 'NVIDIA GB200 NVL72'],
  [/\bB200\b/, 2250, 'NVIDIA HGX B200'],
  [/\bGH200\b/, 989.4, 'NVIDIA GH200 Grace Hopper Superchip'],
  [/\bH200 NVL\b/, 835.5, 'NVIDIA H200 Tensor Core GPU'],
  [/\bH200\b/, 989.4, 'NVIDIA H200 Tensor Core GPU'],
  [/\bH100 NVL\b/, 835.5, 'NVIDIA H100 Tensor Core GPU'],
  [/\bH100 PCIe\b/i, 756, 'NVIDIA H100 Tensor Core GPU architecture, white paper'],
  [/\bH100\b/, 989.4, 'NVIDIA H100 Tensor Core GPU'],
  [/\bA100\b/, 312, 'NVIDIA A100 Tensor Core GPU'],
  [/\bA800\b/, 312, 'NVIDIA A800'],
  [/\bA40\b/, 149.7, 'NVIDIA A40'],
  [/\bA30\b/, 165, 'NVIDIA A30 Tensor Core GPU'],
  [/\bA10\b/, 125, 'NVIDIA A10 Tensor Core GPU'],
  [/\bL40S\b/, 362.05, 'NVIDIA L40S'],
  [/\bL40\b/, 181.05, 'NVIDIA L40'],
  [/\bL4\b/, 121, 'NVIDIA L4 Tensor Core GPU'],
  [/\bRTX 6000 Ada\b/, 364.2, 'NVIDIA Ada GPU architecture, white paper'],
  [/\bRTX A6000\b/, 154.8, 'NVIDIA Ampere GA102 GPU architecture, white paper'],
  [/\bRTX 5090$/, 209.5, 'NVIDIA RTX Blackwell GPU architecture, white paper, with FP32 accumulation'],
  [/\bRTX 4090$/, 165.2, 'NVIDIA Ada GPU architecture, white paper, with FP32 accumulation'],
  [/\bRTX 3090$/, 71, 'NVIDIA Ampere GA102 GPU architecture, white paper, with FP32 accumulation'],
  [/\bMI325X\b/, 1307.4, 'AMD Instinct MI325X'],
  [/\bMI300X\b/, 1307.4, 'AMD Instinct MI300X'],
  [/\bMI210\b/, 181, 'AMD Instinct MI210'],
];

export interface DevicePeak {
  /** FLOP/s, dense BF16. */
  flops: number;
  source: string;
}

/**
 * @param device as its driver calls it, e.g. `NVIDIA H100 80GB HBM3`
 * @param own TFLOP/s by such names, of a person's settings: they come first
 * @returns null where it is not known, and for a part of a device (MIG)
 */
export function devicePeak(device: string, own: Readonly<Record<string, number>> = {}): DevicePeak | null {
  if (Object.hasOwn(own, device) && own[device] > 0) return { flops: own[device] * tera, source: 'the setting grpoLab.devicePeaks' };
  if (/\bMIG\b/.test(device)) return null;
  const found = sheets.find(([name]) => name.test(device));
  return found ? { flops: found[1] * tera, source: found[2] } : null;
}
