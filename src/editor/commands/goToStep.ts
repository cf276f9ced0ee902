import { window } from 'vscode';
import type { RunAddress } from '../../protocol/address.js';
import type { StoreClientQueries } from '../../store/questions.js';
import type { RunSummary } from '../../store/views.js';

/** Asks for the number of a step. @returns where it is; undefined when the question is dismissed or there is nothing to see */
export async function askStep(run: RunSummary, store: StoreClientQueries): Promise<RunAddress | undefined> {
  const newest = (await store.steps(run.id, { limit: 1 })).rows.at(0);
  if (!newest) {
    void window.showInformationMessage(`${run.name} has no steps yet.`);
    return undefined;
  }
  const text = await window.showInputBox({
    ignoreFocusOut: true,
    title: `Go to step of ${run.name}`,
    prompt: `A number up to ${newest.step}`,
    validateInput: (value) => (isStep(value, newest.step) ? undefined : `A whole number from 0 to ${newest.step}.`),
  });
  return text === undefined || !isStep(text, newest.step) ? undefined : stepNear(run, Number(text), store);
}

const isStep = (text: string, last: number): boolean => /^\s*\d{1,9}\s*$/.test(text) && Number(text) <= last;

/** The step itself where it has groups, else the nearest before it that has: then that is said. */
async function stepNear(run: RunSummary, wanted: number, store: StoreClientQueries): Promise<RunAddress | undefined> {
  const near = await lastWithGroups(run.id, wanted, store);
  if (near === undefined) {
    void window.showInformationMessage(`${run.name} has no groups at step ${wanted} or before.`);
    return undefined;
  }
  if (near !== wanted)
    void window.showInformationMessage(`Step ${wanted} of ${run.name} has no groups. The last before it that has is step ${near}.`);
  return { run: run.id, step: near };
}

async function lastWithGroups(run: string, wanted: number, store: StoreClientQueries): Promise<number | undefined> {
  return (await store.groupSteps(run, { before: wanted + 1, limit: 1 })).rows.at(0);
}
