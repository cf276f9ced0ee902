import { readFileSync } from 'node:fs';

/**
 * Watches how much memory a process holds.
 * @returns ends the watching: the most so far (VmHWM), bytes; null where the system does not tell
 */
export function watchMemory(pid: number): () => number | null {
  let most: number | null = null;
  const timer = setInterval(() => (most = highWater(pid) ?? most), 250);
  return () => {
    clearInterval(timer);
    return most;
  };
}

function highWater(pid: number): number | null {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : 1024 * Number(kilobytes);
  } catch {
    return null;
  }
}
