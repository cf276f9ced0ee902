import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';

/** Published data lie beside a checkout, if anywhere: they are other people's, and too large to keep here. */
const folder = '../shared/data';

/** Why tests on them are skipped. */
export const noSharedData = 'Published data are read in addition, where they lie beside the project (../shared/data).';

/** A test on published data, in addition to those on our own fixtures. @param file below `../shared/data` */
export function sharedTest(file: string, name: string, run: (path: string) => unknown): void {
  const path = join(folder, file);
  test(name, async ({ skip }) => {
    skip(!existsSync(path), noSharedData);
    await run(path);
  });
}

/** The objects of a file with one a line. */
export const jsonRows = <T>(path: string): T[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
