/** Logs that are the steps of one run: each in a folder that begins with its number, such as `000_val` and `005_rollout`. */
import { basename } from 'node:path/posix';
import type { SourceFile } from '../../importer.js';
import { folderOf } from '../../severalRuns.js';

export interface StepLog {
  /** The folder that holds the numbered ones. */
  home: string;
  step: number;
  /** What its folder is called behind the number. */
  role: string;
  evaluates: boolean;
}

/** @returns those whose folders are numbered: with zeros in front, or two or more beside each other (`2026_logs` alone is no step) */
export function numberedLogs(logs: readonly SourceFile[]): Map<string, StepLog> {
  const found = new Map<string, StepLog>();
  for (const { name } of logs) {
    const folder = folderOf(name);
    const match = /^(\d{1,9})[_-]([A-Za-z][\w-]*)$/.exec(basename(folder));
    if (!match) continue;
    const [, number, role] = match;
    found.set(name, { home: folderOf(folder), step: Number(number), role, evaluates: /^(?:val|eval|test|dev)/i.test(role) });
  }
  const homes = [...found.values()].map(({ home }) => home);
  return new Map(
    [...found].filter(([name, { home }]) => basename(folderOf(name)).startsWith('0') || homes.indexOf(home) !== homes.lastIndexOf(home)),
  );
}
