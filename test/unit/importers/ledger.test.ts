import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupOf } from '../../../src/importers/foreignGroups.js';
import { Ledger } from '../../../src/importers/following/ledger.js';
import type { EventBody, RunEvent } from '../../../src/protocol/events.js';

const group = (step: number, index = 0, text = 'a'): EventBody => groupOf({ step, group: index, question: 'q', solutions: [{ text }] });
const tellAll = (ledger: Ledger, events: EventBody[]): EventBody[] => events.flatMap((event) => ledger.news(event) ?? []);

test('what is told again is passed over, what differs passes, and of metrics only the new values', () => {
  const ledger = new Ledger();
  expect(ledger.news(group(1))).not.toBe(null);
  expect(ledger.news(group(1))).toBe(null);
  expect(ledger.news(group(1, 0, 'b'))).toMatchObject({ step: 1 });
  ledger.news({ type: 'metrics', step: 1, values: { loss: 1, kl: 'NaN' } });
  expect(ledger.news({ type: 'metrics', step: 1, values: { loss: 1, kl: NaN, reward: 2 } })).toEqual({
    type: 'metrics',
    step: 1,
    values: { reward: 2 },
  });
});

test('an event read back from a run is the one that was told', () => {
  const ledger = new Ledger();
  const body = groupOf({ step: 3, group: 0, question: 'q', solutions: [{ text: 'a', reward: NaN }] });
  const { solutions, ...rest } = body;
  const readBack: RunEvent = { v: 1, seq: 4, time: 'now', solutions, ...rest };
  ledger.news(readBack);
  expect(ledger.news(body)).toBe(null);
});

test('after a resume, later steps count as new', () => {
  const ledger = new Ledger();
  tellAll(ledger, [group(1), group(2), group(3), { type: 'resume', from_step: 1, checkpoint: null }]);
  expect(ledger.news(group(1))).toBe(null);
  expect(ledger.news(group(2))).not.toBe(null);
});

test('files that were cut while nobody followed are found out', () => {
  const ledger = new Ledger();
  tellAll(ledger, [group(1), group(2, 0), group(2, 1), group(3)]);
  ledger.beginReplay();
  tellAll(ledger, [group(1), group(2, 0), group(2, 1), group(3), group(4)]);
  expect(ledger.staleFrom()).toBe(null);
  ledger.beginReplay();
  tellAll(ledger, [group(1), group(2, 0)]); // a group of step 2, and all after it, are gone
  expect(ledger.staleFrom()).toBe(2);
});

test('steps whose old files a trainer has removed are kept', () => {
  const ledger = new Ledger();
  tellAll(ledger, [group(1), group(2), group(3)]);
  ledger.beginReplay();
  tellAll(ledger, [group(3)]);
  expect(ledger.staleFrom()).toBe(null);
  ledger.beginReplay(); // all files are gone: no reason to forget anything
  expect(ledger.staleFrom()).toBe(null);
});

test('another group in a place has traces of its own', () => {
  const ledger = new Ledger();
  const trace: EventBody = { type: 'trace', step: 1, group: 0, solution: 0, ends: [1] };
  expect(tellAll(ledger, [group(1), trace, trace])).toHaveLength(2);
  expect(tellAll(ledger, [group(1, 0, 'b'), trace])).toHaveLength(2);
});

test('a run of a hundred and fifty thousand steps is followed anew', () => {
  const ledger = new Ledger();
  const steps = Array.from({ length: 150_000 }, (_, i) => i + 1);
  const each = steps.map((step) => group(step));
  tellAll(ledger, each);
  ledger.beginReplay();
  expect(tellAll(ledger, each)).toEqual([]);
  expect(ledger.staleFrom()).toBe(null);
  ledger.beginReplay();
  tellAll(ledger, each.slice(0, 1000));
  expect(ledger.staleFrom()).toBe(1001);
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
      const passed = tellAll(new Ledger(), events);
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
