import { describe, expect, test } from 'vitest';
import { absenceWords } from '../../../webview/shared/absenceText.js';

const at = { run: 'arith-grpo-1-k3f9', step: 12, group: 3, solution: 5 };
const name = 'arith-grpo-1';

describe('where an address leads to nothing, the page says what is missing', () => {
  test('the run', () => {
    expect(absenceWords({ what: 'run' }, at)).toEqual({
      title: 'This run is not here any more',
      detail: 'No run with the id arith-grpo-1-k3f9 is known in this workspace. It was deleted, or its folder was moved.',
      hasRun: false,
    });
  });

  test('the step: not yet come to, taken back, or passed over', () => {
    expect(absenceWords({ what: 'step', name, newest: 8, live: true }, at)).toMatchObject({
      title: 'arith-grpo-1 has no step 12',
      detail: 'The run is at step 8: it has not come so far, or it was resumed from an earlier step, which took this one back.',
    });
    expect(absenceWords({ what: 'step', name, newest: 8, live: false }, at).detail).toMatch(
      /^The run ended at step 8: it did not come so far/,
    );
    expect(absenceWords({ what: 'step', name, newest: 20, live: false }, at).detail).toBe(
      'Nothing was written of it. The run is at step 20.',
    );
  });

  test('its groups: not finished, not recorded, or never sampled by the method', () => {
    const groups = (live: boolean, samples = true) => absenceWords({ what: 'groups', name, live, samples }, at).detail;
    expect(groups(true)).toBe('The step has curves and no groups yet: they are written when it is finished.');
    expect(groups(false)).toBe('The step has curves alone: no groups were recorded for it.');
    expect(groups(false, false)).toBe('arith-grpo-1 learns from given texts and samples nothing: its steps have curves alone.');
  });

  test('the group, or the solution', () => {
    expect(absenceWords({ what: 'group', groups: 2, live: true }, at)).toMatchObject({
      title: 'Step 12 has no group 4',
      detail: 'It has 2 groups so far.',
    });
    expect(absenceWords({ what: 'solution', size: 4 }, at)).toMatchObject({
      title: 'Group 4 of step 12 has no solution 6',
      detail: 'It has 4 solutions.',
    });
  });

  test('or that nobody can say', () => expect(absenceWords(undefined, at).title).toBe('There is nothing here'));
});
