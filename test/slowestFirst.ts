import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Each takes half a minute or more: begun last, one would run alone while a core waits. */
const slow = [
  'methods.test.ts',
  'launchSlurm.test.ts',
  'launchRay.test.ts',
  'storeCrash.test.ts',
  'imports.test.ts',
  'launch.test.ts',
  'cli.test.ts',
  'contentSecurity.test.ts',
  'compactCrash.test.ts',
  'pythonWriter.test.ts',
  'damagedImports.test.ts',
  'python.test.ts',
  'editorCommands.test.ts',
];
const rank = ({ moduleId }: TestSpecification): number => {
  const place = slow.indexOf(basename(moduleId));
  return place < 0 ? slow.length : place;
};

/** The slowest files first, in a clone that has never measured them too. */
export default class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
