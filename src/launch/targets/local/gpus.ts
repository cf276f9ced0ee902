import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { errorCode } from '../../../core/files/fileErrors.js';
import { gpuQuery, gpusOf, type Gpu } from '../gpuLines.js';

/** @returns null when nobody here can say: nvidia-smi is there and fails; empty when there is none */
export async function gpusHere(): Promise<Gpu[] | null> {
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', gpuQuery, { timeout: 10_000, windowsHide: true });
    return gpusOf(stdout);
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? [] : null;
  }
}
