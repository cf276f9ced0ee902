import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupOf } from '../../../src/importers/groups.js';
import { Told } from '../../../src/importers/following/told.js';
import type { EventBody, RunEvent } from '../../../src/protocol/events.js';

const group = (step: number, index = 0, text = 'a'): EventBody => groupOf({ step, group: index, question: 'q', solutions: [{ text }] });
const tellAll = (told: Told, events: EventBody[]): EventBody[] => events.flatMap((event) => told.news(event) ?? []);

test('what is told again is passed over, what differs passes, and of metrics only the new values', () => {
  const told = new Told();
  expect(told.news(group(1))).not.toBe(null);
  expect(told.news(group(1))).toBe(null);
  expect(told.news(group(1, 0, 'b'))).toMatchObject({ step: 1 });
  told.news({ type: 'metrics', step: 1, values: { loss: 1, kl: 'NaN' } });
  expect(told.news({ type: 'metrics', step: 1, values: { loss: 1, kl: NaN, reward: 2 } })).toEqual({
    type: 'metrics',
    step: 1,
    values: { reward: 2 },
  });
});

test('an event read back from a run is the one that was told', () => {
  const told = new Told();
  const body = groupOf({ step: 3, group: 0, question: 'q', solutions: [{ text: 'a', reward: NaN }] });
  const { solutions, ...rest } = body;
  const readBack: RunEvent = { v: 1, seq: 4, time: 'now', solutions, ...rest };
  told.news(readBack);
  expect(told.news(body)).toBe(null);
});

test('after a resume, later steps count as new', () => {
  const told = new Told();
  tellAll(told, [group(1), group(2), group(3), { type: 'resume', from_step: 1, checkpoint: null }]);
  expect(told.news(group(1))).toBe(null);
  expect(told.news(group(2))).not.toBe(null);
});

test('files that were cut while nobody followed are found out', () => {
  const told = new Told();
  tellAll(told, [group(1), group(2, 0), group(2, 1), group(3)]);
  told.beginReplay();
  tellAll(told, [group(1), group(2, 0), group(2, 1), group(3), group(4)]);
  expect(told.staleFrom()).toBe(null);
  told.beginReplay();
  tellAll(told, [group(1), group(2, 0)]); // a group of step 2, and all after it, are gone
  expect(told.staleFrom()).toBe(2);
});

test('steps whose old files a trainer has removed are kept', () => {
  const told = new Told();
  tellAll(told, [group(1), group(2), group(3)]);
  told.beginReplay();
  tellAll(told, [group(3)]);
  expect(told.staleFrom()).toBe(null);
  told.beginReplay(); // all files are gone: no reason to forget anything
  expect(told.staleFrom()).toBe(null);
});

test('another group in a place has traces of its own', () => {
  const told = new Told();
  const trace: EventBody = { type: 'trace', step: 1, group: 0, solution: 0, ends: [1] };
  expect(tellAll(told, [group(1), trace, trace])).toHaveLength(2);
  expect(tellAll(told, [group(1, 0, 'b'), trace])).toHaveLength(2);
});

test('a run of a hundred and fifty thousand steps is followed anew', () => {
  const told = new Told();
  const steps = Array.from({ length: 150_000 }, (_, i) => i + 1);
  const each = steps.map((step) => group(step));
  tellAll(told, each);
  told.beginReplay();
  expect(tellAll(told, each)).toEqual([]);
  expect(told.staleFrom()).toBe(null);
  told.beginReplay();
  tellAll(told, each.slice(0, 1000));
  expect(told.staleFrom()).toBe(1001);
});

/** A few steps, groups and texts, so that much is told twice. */
const few = fc.nat(2);
const anyEvent: fc.Arbitrary<EventBody> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(few, few, few).map(([step, index, text]) => group(step, index, String(text))) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(few, few, few, few)
      .map(([step, index, solution, end]): EventBody => ({ type: 'trace', step, group: index, solution, ends: [end] })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(few, few, few).map(([step, name, x]): EventBody => ({ type: 'metrics', step, values: { [`m${name}`]: x } })),
  },
  { weight: 1, arbitrary: few.map((step): EventBody => ({ type: 'resume', from_step: step, checkpoint: null })) },
);

test('whatever is told in whatever order, what stands is what stands without it', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      const passed = tellAll(new Told(), events);
      expect(withoutOrphans(passed)).toEqual(withoutOrphans(events));
    }),
    { numRuns: 300 },
  );
});

/** What stands in the end; a group told in another's place takes that one's traces with it. */
function withoutOrphans(events: readonly EventBody[]): Map<string, unknown> {
  const groups = new Map<string, string>();
  const stands = new Map<string, EventBody>();
  const drop = (of: (event: EventBody) => boolean): void => {
    for (const [key, event] of stands) if (of(event)) stands.delete(key);
  };
  for (const event of events) {
    if (event.type === 'resume') {
      drop((one) => 'step' in one && (one.step ?? 0) > event.from_step);
      for (const key of groups.keys()) if (Number(key.split(' ')[0]) > event.from_step) groups.delete(key);
    }
    if (event.type === 'metrics')
      for (const [name, value] of Object.entries(event.values))
        stands.set(`${event.step} m ${name}`, { ...event, values: { [name]: value } });
    if (event.type === 'group') {
      const at = `${event.step} ${event.group}`;
      if (groups.get(at) !== JSON.stringify(event)) drop((one) => one.type === 'trace' && `${one.step} ${one.group}` === at);
      groups.set(at, JSON.stringify(event));
      stands.set(`${at} g`, event);
    }
    if (event.type === 'trace') stands.set(`${event.step} ${event.group} t ${event.solution}`, event);
  }
  return stands;
}
