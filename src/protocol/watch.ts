/**
 * Findings about a run by processes that do not write it: that its job is gone without an end on record. Each machine that looks has a file
 * of its own beside the events, because only a run's writer appends to its segments.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { describeIssue } from '../core/describeIssue.js';
import { isMissing } from '../core/files/fileErrors.js';
import { readAt } from '../core/files/readAt.js';
import { replaceFile } from '../core/files/replaceFile.js';
import { hash64 } from '../core/hash.js';
import { messageOf } from '../core/messageOf.js';
import { count } from './count.js';
import { PROTOCOL_VERSION } from './events.js';
import { nameOfProcess } from './jobRecord.js';
import { layout } from './layout.js';
import { NotAFile, withFile } from '../core/files/regularFile.js';

/** After this long without an event or a heartbeat a run is quiet: it may have ended, or be in a long step. */
export const QUIET_MS = 120_000;

/** One line of such a file. Any other keys belong to the target. */
export const lostLine = z.looseObject({
  v: z.literal(PROTOCOL_VERSION),
  type: z.literal('lost'),
  /** ISO 8601, UTC. */
  time: z.string().max(100),
  /** The job that is gone, as `process.json` names it. */
  target: z.string().max(100).optional(),
  job: z.string().max(1000).optional(),
  /** Number of the run's newest event then; 0 when it has none. */
  seq: count,
  /** Last lines of its error output. */
  tail: z.array(z.string().max(1000)).max(50),
});

/** The finding that a job is gone. It holds until the run has an event with a higher number: then its writer lives after all. */
export interface Loss {
  /** ISO 8601, UTC. */
  time: string;
  target: string;
  job: string;
  seq: number;
  tail: string[];
}

/** What lies in one file of findings. */
export interface Findings {
  /** Name of the file, relative to the run directory. */
  file: string;
  lost: { line: number; finding: Loss }[];
  problems: { line: number; reason: string; excerpt: string }[];
}

/** A file of findings has a few lines: anything beyond this many bytes is passed over, and reported. */
const longest = 256 * 1024;
/** Findings that a file keeps: a run dies a few times at most, and older findings are about lives long past. */
const mostKept = 50;

const watchFolder = (runDir: string): string => join(runDir, layout.watch);

/** The hash tells machines apart whose names differ only in characters that are replaced. */
const fileOf = (finder: string): string =>
  `${finder
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 60)}-${hash64(finder)[0].toString(16).padStart(8, '0')}.ndjson`;

/** @returns names of the files of findings, relative to the run directory, sorted */
export function listFindings(runDir: string): string[] {
  try {
    const names = readdirSync(watchFolder(runDir)).filter((name) => /^[a-z0-9-][a-z0-9._-]{0,99}\.ndjson$/.test(name));
    return names.sort().map((name) => `${layout.watch}/${name}`);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** @param file as `listFindings` names it; @throws the file system's error when it cannot be read */
export function readFindings(runDir: string, file: string): Findings {
  const found: Findings = { file, lost: [], problems: [] };
  const { lines, fault } = linesOf(join(runDir, file));
  if (fault !== null) found.problems.push({ line: 0, reason: fault, excerpt: '' });
  for (const [i, line] of lines.entries()) {
    const read = line.trim() === '' ? null : judge(line);
    if (read === null) continue;
    if ('reason' in read) found.problems.push({ line: i + 1, reason: read.reason, excerpt: line.slice(0, 200) });
    else found.lost.push({ line: i + 1, finding: read });
  }
  return found;
}

/** Whole lines: a last one without its line break is not. */
function linesOf(path: string): { lines: string[]; fault: string | null } {
  try {
    return withFile(path, (fd, size) => {
      const lines = readAt(fd, 0, Math.min(size, longest)).toString('utf8').split('\n');
      return { lines: lines.slice(0, -1), fault: size > longest ? `longer than ${longest} bytes: the rest is passed over` : null };
    });
  } catch (error) {
    if (error instanceof NotAFile) return { lines: [], fault: error.reason };
    throw error;
  }
}

/** All findings that a job of the run is gone. */
export const lostOf = (runDir: string): Loss[] =>
  listFindings(runDir).flatMap((file) => readFindings(runDir, file).lost.map(({ finding }) => finding));

/**
 * Adds a finding. The caller holds the run's lock.
 * @param finder the machine that looked: each has a file of its own
 */
export function recordLost(runDir: string, finder: string, finding: Loss): void {
  mkdirSync(watchFolder(runDir), { recursive: true });
  const file = `${layout.watch}/${fileOf(finder)}`;
  const before = listFindings(runDir).includes(file) ? linesOf(join(runDir, file)).lines : [];
  const line = { v: PROTOCOL_VERSION, type: 'lost', ...finding };
  const lines = [...before, JSON.stringify(line)].slice(-mostKept);
  replaceFile(join(runDir, file), lines.map((l) => `${l}\n`).join(''));
}

/** @returns null for a kind of finding that only newer versions know */
function judge(line: string): Loss | { reason: string } | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { reason: `not JSON: ${messageOf(error)}` };
  }
  if (typeof value === 'object' && value !== null && 'type' in value && value.type !== 'lost') return null;
  const parsed = lostLine.safeParse(value);
  if (!parsed.success) return { reason: describeIssue(parsed.error) };
  const { data } = parsed;
  const { time, target = 'local', job = ofFormerVersions.safeParse(data).data, seq, tail } = data;
  return job === undefined ? { reason: 'it names no job' } : { time, target, job, seq, tail };
}

/** Former versions named the process that is gone instead of its job; it was one of the finder's own machine. */
const ofFormerVersions = z.object({ host: z.string().max(255), pid: count, started: z.string().max(200) }).transform(nameOfProcess);
