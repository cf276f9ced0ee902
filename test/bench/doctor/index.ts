/** Breeds runs, has the doctor examine them, and reports what it found. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Store } from '../../../src/store/store.js';
import { breed, isBred, planned, type Plan } from './breed.js';
import { courseOf, type Course } from './courses.js';
import { reportOf } from './report.js';

/**
 * @param folder where the runs are kept
 * @param breeding whether what is not there is bred; otherwise what is there is judged alone
 * @param heard of each run that is there
 * @returns the table, and what was found in each run
 */
export async function calibrate(
  folder: string,
  plan: Plan,
  breeding: boolean,
  heard: (run: string, at: number, of: number) => void,
): Promise<{ report: string; courses: Course[] }> {
  const root = join(folder, '.grpo-lab');
  const runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
  const wanted = planned(plan);
  if (breeding)
    for (const [i, run] of wanted.entries()) {
      await breed(runs, run);
      heard(run.id, i + 1, wanted.length);
    }
  const bred = wanted.filter((run) => isBred(runs, run));
  const store = await Store.open({ root, dataFolder: join(folder, 'data') });
  try {
    store.catchUp();
    const courses: Course[] = [];
    for (const run of bred) courses.push(await courseOf(store, run));
    return { report: reportOf(courses), courses };
  } finally {
    store.close();
  }
}
