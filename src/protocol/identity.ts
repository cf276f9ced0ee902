/** `run.json`, and how such a file is read with checks and replaced atomically. */
import { join } from 'node:path';
import type { z } from 'zod';
import { describeIssue } from '../core/describeIssue.js';
import { isMissing } from '../core/files/fileErrors.js';
import { replaceFile } from '../core/files/replaceFile.js';
import { messageOf } from '../core/messageOf.js';
import { layout } from './layout.js';
import { NotAFile, readText } from '../core/files/regularFile.js';
import { runIdentity, type RunIdentity } from './runFiles.js';

/** The file is there but cannot be used. The message says which file and why. */
export class IdentityError extends Error {
  constructor(file: string, reason: string, cause?: unknown) {
    super(`${file} cannot be used: ${reason}`, { cause });
    this.name = 'IdentityError';
  }
}

/**
 * Reads run.json.
 * @returns undefined when there is none (yet)
 * @throws IdentityError when it is malformed
 */
export const readIdentity = (runDir: string): RunIdentity | undefined => readJson(join(runDir, layout.identity), runIdentity);

export const writeIdentity = (runDir: string, identity: RunIdentity): void => {
  replaceFile(join(runDir, layout.identity), `${JSON.stringify(identity, null, 2)}\n`);
};

/**
 * Reads a JSON file and checks it against a schema.
 * @returns undefined when there is no such file
 * @throws IdentityError when it is malformed
 */
export function readJson<T>(file: string, schema: z.ZodType<T>): T | undefined {
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
