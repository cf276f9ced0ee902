import { memory } from '../../core/format.js';

/** Arguments of nvidia-smi for a line each GPU: its number, its name, its free and its whole memory in MiB. */
export const gpuQuery = ['--query-gpu=index,name,memory.free,memory.total', '--format=csv,noheader,nounits'];

/** In words, what nvidia-smi answers to that: `0: NVIDIA H200, 139 of 140 GB free`. A field that it does not know (`[N/A]`) is left out. */
export const gpuLines = (answer: string): string[] =>
  answer
    .split('\n')
    .map((line) => line.split(',').map((field) => field.trim()))
    .filter((fields) => fields.length >= 4 && /^\d+$/.test(fields[0]))
    .map(([index, name, free, total]) => {
      const [freeBytes, totalBytes] = [free, total].map((mib) => Number(mib) * 1024 ** 2);
      const room = Number.isFinite(freeBytes) && Number.isFinite(totalBytes) ? `, ${memory(freeBytes)} of ${memory(totalBytes)} free` : '';
      return `${index}: ${name}${room}`;
    });
