/** Why an address of a run leads to nothing, in words. Pure. */
import type { RunAddress } from '../../src/protocol/address.js';
import type { Absence } from '../../src/contracts/everyPage.js';
import { count } from '../../src/core/format.js';

export interface AbsenceWords {
  title: string;
  detail: string;
  /** There is a run to go to. */
  hasRun: boolean;
}

/** @param absence undefined when the host could not say */
export function absenceWords(absence: Absence | undefined, { run, step = 0, group = 0, solution = 0 }: RunAddress): AbsenceWords {
  switch (absence?.what) {
    case undefined:
      return { title: 'There is nothing here', detail: 'Why could not be found out.', hasRun: true };
    case 'run':
      return {
        title: 'This run is not here any more',
        detail: `No run with the id ${run} is known in this workspace. It was deleted, or its folder was moved.`,
        hasRun: false,
      };
    case 'step':
      return {
        title: `${absence.name} has no step ${step}`,
        detail:
          step <= absence.newest
            ? `Nothing was written of it. The run is at step ${absence.newest}.`
            : `The run ${absence.live ? 'is' : 'ended'} at step ${absence.newest}: ${absence.live ? 'it has not come so far, or' : 'it did not come so far, or'} it was resumed from an earlier step, which took this one back.`,
        hasRun: true,
      };
    case 'groups':
      return { title: `Step ${step} has no groups`, detail: noGroups(absence), hasRun: true };
    case 'group':
      return {
        title: `Step ${step} has no group ${group + 1}`,
        detail: `It has ${count(absence.groups, 'group')}${absence.live ? ' so far' : ''}.`,
        hasRun: true,
      };
    case 'solution':
      return {
        title: `Group ${group + 1} of step ${step} has no solution ${solution + 1}`,
        detail: `It has ${count(absence.size, 'solution')}.`,
        hasRun: true,
      };
  }
}

function noGroups({ live, samples, name }: Extract<Absence, { what: 'groups' }>): string {
  if (!samples) return `${name} learns from given texts and samples nothing: its steps have curves alone.`;
  return live
    ? 'The step has curves and no groups yet: they are written when it is finished.'
    : 'The step has curves alone: no groups were recorded for it.';
}
