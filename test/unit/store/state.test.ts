import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runState, type ProcessFact, type StatusFact } from '../../../src/store/state.js';

const statusFact = (seq: number, state: StatusFact['state'], message: string | null = null): StatusFact => ({ seq, state, message });
const process = (seq: number, state: ProcessFact['state'], exitCode: number | null = null, signal: string | null = null): ProcessFact => ({
  seq,
  state,
  exitCode,
  signal,
});

test.each<[string, StatusFact | null, ProcessFact[], string]>([
  ['nothing has happened yet', null, [], 'starting'],
  ['the process was started', null, [process(1, 'started')], 'starting'],
  ['it says that it runs', statusFact(2, 'running'), [process(1, 'started')], 'running'],
  ['it finished and then exited', statusFact(2, 'finished'), [process(1, 'started'), process(3, 'exited', 0)], 'finished'],
  ['it was stopped and then exited', statusFact(2, 'stopped'), [process(1, 'started'), process(3, 'exited', 0)], 'stopped'],
  ['it ended with an error', statusFact(2, 'running'), [process(1, 'started'), process(3, 'exited', 1)], 'failed'],
  ['it ended before it said anything', null, [process(1, 'started'), process(2, 'exited', 127)], 'failed'],
  ['it was killed', statusFact(2, 'running'), [process(1, 'started'), process(3, 'exited', null, 'SIGKILL')], 'died'],
  ['it vanished', statusFact(2, 'running'), [process(1, 'started'), process(3, 'lost')], 'died'],
  ['it was resumed', statusFact(2, 'running'), [process(1, 'started'), process(3, 'lost'), process(4, 'started')], 'starting'],
  ['it runs again', statusFact(5, 'running'), [process(1, 'started'), process(3, 'lost'), process(4, 'started')], 'running'],
  ['it was declared lost and lives', statusFact(4, 'running'), [process(1, 'started'), process(3, 'lost')], 'running'],
  ['a trainer without a last word ended well', statusFact(2, 'running'), [process(3, 'exited', 0)], 'finished'],
])('%s', (_, status, processes, state) => {
  expect(runState(status, processes).state).toBe(state);
});

test('the reason is said', () => {
  expect(runState(statusFact(2, 'running'), [process(3, 'exited', null, 'SIGKILL')]).message).toBe('killed by SIGKILL');
  expect(runState(statusFact(2, 'failed', 'out of memory'), [process(3, 'exited', 1)]).message).toBe('out of memory');
});

test('the order in which process events are read does not matter', () => {
  const events = [process(1, 'started'), process(4, 'lost'), process(5, 'exited', 1), process(8, 'started'), process(9, 'exited', 2)];
  fc.assert(
    fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
      expect(runState(statusFact(3, 'running'), shuffled)).toEqual(runState(statusFact(3, 'running'), events));
    }),
  );
});
