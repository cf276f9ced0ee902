/** What the doctor says of a run after each of its steps, read as the product reads it: out of the store. */
import { allRows } from '../../../src/core/listPages.js';
import { examine } from '../../../src/examination/examine.js';
import type { Store } from '../../../src/store/store.js';
import type { BredRun } from './breed.js';

/** A finding as it stands in a list. */
export interface Named {
  id: string;
  onset: number;
  consequences: string[];
}

export interface Course {
  run: BredRun;
  /** Step → the findings so far, the first one first. */
  findings: Map<number, Named[]>;
  /** Greedy accuracy on held-out questions, in the order of steps. */
  heldOut: { step: number; value: number; n: number }[];
}

/** @throws when the run is not there */
export async function courseOf(store: Store, run: BredRun): Promise<Course> {
  const findings = new Map<number, Named[]>();
  const examined = await examine(store.queries, run.id, Date.now(), (step, diagnosis) => {
    findings.set(
      step,
      diagnosis().findings.map(({ id, onset, consequences }) => ({ id, onset, consequences: consequences.map((c) => c.id) })),
    );
  });
  if (examined === null) throw new Error(`There is no run ${run.id}.`);
  const heldOut = (await allRows((after) => store.queries.benchmarks(run.id, { after })))
    .flatMap(({ suite, mode, step, value, n }) => (suite === 'held-out' && mode === 'greedy' && value !== null ? [{ step, value, n }] : []))
    .sort((a, b) => a.step - b.step);
  return { run, findings, heldOut };
}
