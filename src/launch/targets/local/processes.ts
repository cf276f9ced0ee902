/** Processes of this machine: who is alive, and how to end one with everything it started. Linux, macOS, Windows. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A pid alone proves nothing, for it is reused: it counts only together with the time at which the process started. */
export interface ProcessId {
  pid: number;
  /** Opaque: equal for the same process, different for any other that ever has this pid. */
  started: string;
}

/** @returns null when no such process runs (one that has ended and waits to be reaped does not run) */
export async function startOf(pid: number): Promise<string | null> {
  if (!isPid(pid)) return null;
  if (process.platform === 'linux') return startOnLinux(pid);
  return process.platform === 'win32' ? startOnWindows(pid) : startByPs(pid);
}

export async function isAlive(id: ProcessId): Promise<boolean> {
  return (await startOf(id.pid)) === id.started;
}

let own: Promise<ProcessId> | undefined;

export function thisProcess(): Promise<ProcessId> {
  return (own ??= identify(process.pid));
}

/** @throws when the process has ended already, or the system hides it */
export async function identify(pid: number): Promise<ProcessId> {
  const started = await startOf(pid);
  if (started === null)
    throw new Error(
      `The start time of process ${pid} cannot be read: it has ended, or /proc (Linux), ps (macOS) or PowerShell (Windows) is not to be used here.`,
    );
  return { pid, started };
}

/** Asks a process to end. False where it is gone, or where the system has no such signal (Windows). */
export function terminate(pid: number): boolean {
  return process.platform !== 'win32' && isPid(pid) && signal(pid, 'SIGTERM');
}

/**
 * Asks a process and all it has started to end: a wrapper that ends at once must not leave its trainer to be killed in the middle of
 * a checkpoint. Where the system has no such signal (Windows) they are ended.
 * @returns those that were asked
 */
export async function terminateTree(pid: number): Promise<number[]> {
  if (!isPid(pid)) return [];
  if (process.platform === 'win32') {
    await killTree(pid);
    return [pid];
  }
  const tree = [pid, ...descendantsOf(pid, await parents())];
  for (const each of tree) signal(each, 'SIGTERM');
  return tree;
}

/** Ends a process, its process group and all its descendants, at once. Harmless when they are gone. */
export async function killTree(pid: number): Promise<void> {
  if (!isPid(pid)) return;
  if (process.platform === 'win32') {
    await run('taskkill', ['/PID', String(pid), '/T', '/F'], { windowsHide: true }).catch(() => undefined); // fails when it is gone already
    return;
  }
  const descendants = descendantsOf(pid, await parents());
  killGroup(pid);
  for (const each of [pid, ...descendants]) signal(each, 'SIGKILL');
}

/** Ends what is left of the group that a process led. To be called by its parent as soon as it has ended. */
export function killGroup(leader: number): void {
  if (process.platform !== 'win32' && isPid(leader)) signal(-leader, 'SIGKILL');
}

/** 0, 1 and negative numbers stand for groups, init or everything: never to be signalled by mistake. */
const isPid = (pid: number): boolean => Number.isInteger(pid) && pid > 1;

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false; // it is gone
  }
}

/** Boot id and ticks since boot: unlike a wall-clock time it does not move when the clock is set. */
async function startOnLinux(pid: number): Promise<string | null> {
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
  ]);
  if (stat === null) return null;
  const fields = fieldsOf(stat);
  const ended = fields[0] === 'Z' || fields[0] === 'X';
  return ended ? null : `${boot.trim()}/${fields[19] ?? ''}`;
}

/** The fields of /proc/<pid>/stat from the third on: the second, the name, may itself hold blanks and brackets. */
const fieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

async function startByPs(pid: number): Promise<string | null> {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const out = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { env }).catch(() => null); // fails when there is no such process
  const [stat = '', ...started] = (out?.stdout ?? '').trim().split(/\s+/);
  return stat === '' || stat.startsWith('Z') ? null : started.join(' ');
}

async function startOnWindows(pid: number): Promise<string | null> {
  const query = `(Get-Process -Id ${pid} -ErrorAction Stop).StartTime.ToUniversalTime().ToString('o')`;
  const out = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', query], { windowsHide: true }).catch(() => null); // fails when there is no such process
  return out?.stdout.trim() ? out.stdout.trim() : null;
}

/** pid → parent's pid, of every process that can be seen. */
async function parents(): Promise<Map<number, number>> {
  if (process.platform !== 'linux') {
    const out = await run('ps', ['-A', '-o', 'pid=,ppid=']).catch(() => null);
    const rows = out?.stdout.trim().split('\n') ?? [];
    return new Map(rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]));
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const rows = await Promise.all(
    pids.map(async (pid): Promise<[number, number]> => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      return [pid, Number(fieldsOf(stat)[1] ?? 0)];
    }),
  );
  return new Map(rows);
}

function descendantsOf(pid: number, parentOf: Map<number, number>): number[] {
  const children = [...parentOf].filter(([child, parent]) => parent === pid && child !== pid).map(([child]) => child);
  return children.flatMap((child) => [child, ...descendantsOf(child, parentOf)]);
}
