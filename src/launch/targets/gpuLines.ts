import { memory } from '../../core/format.js';

/** Arguments of nvidia-smi for a line each GPU: its number, its name, its free and its whole memory in MiB. */
export const gpuQuery = ['--query-gpu=index,name,memory.free,memory.total', '--format=csv,noheader,nounits'];

export interface Gpu {
  /** In the order of the bus, from 0. */
  index: number;
  name: string;
  /** Bytes; null where the device does not tell (`[N/A]`). */
  free: number | null;
  total: number | null;
}

const MiB = 2 ** 20;
const bytes = (mib: string): number | null => (/^\d+$/.test(mib) ? Number(mib) * MiB : null);

/** What nvidia-smi answers to that; what is no line of a GPU, such as its words about a missing driver, is passed over. */
export const gpusOf = (answer: string): Gpu[] =>
  answer
    .split('\n')
    .map((line) => line.split(',').map((field) => field.trim()))
    .filter((fields) => fields.length >= 4 && /^\d+$/.test(fields[0]))
    .map(([index, name, free, total]) => ({ index: Number(index), name, free: bytes(free), total: bytes(total) }));

/** `0: NVIDIA H200, 139 GiB of 140 GiB free`; memory that is not known is left out. */
export const gpuText = ({ index, name, free, total }: Gpu): string =>
  `${index}: ${name}${free === null || total === null ? '' : `, ${memory(free)} of ${memory(total)} free`}`;

/** In words, what nvidia-smi answers to that. */
export const gpuLines = (answer: string): string[] => gpusOf(answer).map(gpuText);
