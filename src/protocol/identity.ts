/** `run.json` and `process.json`: read with checks, replaced atomically. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { messageOf } from '../core/messageOf.js';
import { layout } from './layout.js';
import { NotAFile, readText } from './regularFile.js';
import { processState, runIdentity, type ProcessState, type RunIdentity } from './runFiles.js';
import { errorCode, isMissing } from './segments.js';

/** The file is there but cannot be used. The message says which file and why. */
export class IdentityError extends Error {
  constructor(file: string, reason: string, cause?: unknown) {
    super(`${file} cannot be used: ${reason}`, { cause });
    this.name = 'IdentityError';
  }
}

/**
 * @returns undefined when there is no run.json (yet)
 * @throws IdentityError when it is malformed
 */
export const readIdentity = (runDir: string): RunIdentity | undefined => readJson(join(runDir, layout.identity), runIdentity);

export const writeIdentity = (runDir: string, identity: RunIdentity): void => {
  replaceFile(join(runDir, layout.identity), `${JSON.stringify(identity, null, 2)}\n`);
};

/**
 * @returns undefined when no process was ever watched
 * @throws IdentityError when process.json is malformed
 */
export const readProcess = (runDir: string): ProcessState | undefined => readJson(join(runDir, layout.process), processState);

export const writeProcess = (runDir: string, state: ProcessState): void => {
  replaceFile(join(runDir, layout.process), `${JSON.stringify(state)}\n`);
};

/**
 * Writes beside the file and renames: a reader sees the old content or the new one, never half of it.
 * @throws the file system's error; the old file then stands as it was
 */
export function replaceFile(file: string, content: string | Buffer): void {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    const fd = openSync(beside, 'w');
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renamePatiently(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** Windows refuses to rename over a file that somebody is just reading: they are done in a moment. */
function renamePatiently(from: string, to: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      if (attempt === 10 || !['EPERM', 'EACCES', 'EBUSY'].includes(errorCode(error))) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 * attempt);
    }
  }
}

function readJson<T>(file: string, schema: z.ZodType<T>): T | undefined {
  let text: string;
  try {
    text = readText(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new IdentityError(file, error instanceof NotAFile ? `it ${error.reason}` : messageOf(error), error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new IdentityError(file, messageOf(error), error);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new IdentityError(file, describeIssue(parsed.error));
}

/** The first issue as `path: message`. */
export function describeIssue(error: z.ZodError): string {
  const issue = deepestIssue(error.issues[0]);
  const path = issue.path.map(String).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

/** Of a union, the branch that came furthest says most. */
function deepestIssue(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flatMap((branch) => branch.slice(0, 1));
  const deepest = inner.sort((a, b) => b.path.length - a.path.length).at(0);
  if (deepest === undefined || deepest.path.length === 0) return issue;
  const found = deepestIssue(deepest);
  return { ...found, path: [...issue.path, ...found.path] };
}
