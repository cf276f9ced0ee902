/** Folders that come into being piece by piece, as while a trainer writes them. */
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { folderSource } from '../../src/importers/files/folderSource.js';
import { ImportError, type Importer, type ImportOptions } from '../../src/importers/importer.js';
import type { EventBody } from '../../src/protocol/events.js';
import { importOf, look, standing } from './importing.js';

interface Growth {
  /** Which files come when: each is picked once for every piece. */
  picks: number[];
  /** Where each file is cut, as shares of its length. */
  cuts: number[][];
}

const growthOf = (files: number): fc.Arbitrary<Growth> =>
  fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }), { minLength: files, maxLength: files }).chain((cuts) =>
    fc
      .shuffledSubarray(
        cuts.flatMap((own, file) => new Array<number>(own.length + 1).fill(file)),
        { minLength: cuts.reduce((sum, own) => sum + own.length + 1, 0) },
      )
      .map((picks) => ({ picks, cuts: cuts.map((own) => [...own].sort((a, b) => a - b)) })),
  );

/**
 * Whatever the pieces in which a folder's files grow, what stands in the end is what one look at the whole gives, and a look
 * at an unchanged folder tells nothing. A file that cannot be read yet may be complained of until it is whole.
 * @param order files that come one after another, in this order; others come at any time
 * @param last files that come when all others are there
 */
export async function expectGrowthTellsTheSame(
  importer: Importer,
  root: string,
  scratch: string,
  { order = () => false, last = () => false, options = {}, runs = 12 }: Partial<Choices> = {},
): Promise<void> {
  const files = await folderSource(root).list();
  const whole = standing((await importOf(importer, root, options)).events);
  expect(whole.size).toBeGreaterThan(0);
  const contents = files.map(({ path }) => readFileSync(path));
  await fc.assert(
    fc.asyncProperty(growthOf(files.length), async ({ picks, cuts }) => {
      rmSync(scratch, { recursive: true, force: true });
      mkdirSync(scratch, { recursive: true });
      const session = importer.open(folderSource(scratch), options);
      const events: EventBody[] = [];
      const written = files.map(() => 0);
      for (const file of arranged(
        picks,
        (i) => order(files[i].name),
        (i) => last(files[i].name),
      )) {
        const path = join(scratch, files[file].name);
        mkdirSync(dirname(path), { recursive: true });
        const bytes = contents[file];
        const share = cuts[file].shift();
        const end = share === undefined ? bytes.length : Math.max(written[file], Math.floor(share * bytes.length));
        if (written[file] === 0) writeFileSync(path, bytes.subarray(0, end));
        else appendFileSync(path, bytes.subarray(written[file], end));
        written[file] = end;
        for await (const item of complaining(session.read(new AbortController().signal)))
          if (item.kind === 'event') events.push(item.event);
      }
      expect(standing(events)).toEqual(whole);
      expect((await look(session)).events).toEqual([]);
      await session.close();
    }),
    { numRuns: runs, endOnFailure: true },
  );
}

interface Choices {
  order: (name: string) => boolean;
  last: (name: string) => boolean;
  options: ImportOptions;
  runs: number;
}

/** The places that ordered files have among the picks, filled in their order; late ones at the end. */
function arranged(picks: number[], isOrdered: (file: number) => boolean, isLast: (file: number) => boolean): number[] {
  const late = picks.filter(isLast);
  const early = picks.filter((file) => !isLast(file));
  const ordered = early.filter(isOrdered).sort((a, b) => a - b);
  return [...early.map((file) => (isOrdered(file) ? ordered.shift()! : file)), ...late];
}

/** Lets errors of content pass: they belong to files that are not whole. */
async function* complaining<T>(item: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* item;
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
  }
}
