import { expect, test } from 'vitest';
import { whereSeen } from '../../../src/doctor/whereSeen.js';
import type { Finding } from '../../../src/doctor/doctor.js';
import type { Examined } from '../../../src/doctor/examined.js';
import { findingsText, onsetMarks } from '../../../webview/dashboard/onsets.js';
import { doorsOf, doorText, whenText } from '../../../webview/doctor/findingDoors.js';
import { signOf } from '../../../webview/doctor/findingList.js';

const finding: Finding = {
  ...{ id: 'truncated', name: 'Truncated solutions', onset: 21, until: null, serious: true, consequences: [] },
  ...{ evidence: '', advice: '', cost: { share: 0.5, text: '' } },
  doors: [{ step: 21, group: 0, solution: 2, token: 7 }, { step: 22 }],
  seen: whereSeen('truncated', 21),
};
const examined = { run: 'r', metrics: { truncated: 'length/truncated' } } as unknown as Examined;

test('doors: what proves it first, then all like it, then the curves that are recorded', () => {
  expect(doorsOf(finding, examined).map(({ label, address, curve }) => ({ label, address, curve }))).toEqual([
    { label: 'step 21 · group 1 · solution 3 · token 8', address: { run: 'r', step: 21, group: 0, solution: 2 }, curve: undefined },
    { label: 'step 22', address: { run: 'r', step: 22 }, curve: undefined },
    {
      label: 'step >= 21 and truncated',
      address: { page: 'find', about: { run: 'r' }, search: { filter: 'step >= 21 and truncated' } },
      curve: undefined,
    },
    { label: 'length/truncated', address: { run: 'r' }, curve: 'length/truncated' },
  ]);
  expect(doorsOf({ ...finding, doors: [], seen: whereSeen('stall', 21) }, examined).map((d) => d.address)).toEqual([
    { run: 'r', timeline: true, step: 21 },
  ]);
});

test('when, and how bad', () => {
  expect(doorText({ step: 0 })).toBe('step 0');
  expect([whenText({ onset: 3, until: null }), whenText({ onset: 3, until: 3 }), whenText({ onset: 3, until: 9 })]).toEqual([
    'since step 3',
    'at step 3',
    'steps 3 to 9',
  ]);
  expect(signOf({ serious: true, until: null })).toBe('serious');
  expect(signOf({ serious: false, until: null })).toBe('small');
  expect(signOf({ serious: false, until: 9 })).toBe('passed');
});

const ground = { run: 'r', step: [1, 2, 3, 4], tokens: [100, 200, null, 400], seconds: [1, 2, 3, 4], metrics: [], steps: 4, stride: 1 };
const named = (onset: number, name: string, serious = false) => ({ id: name, name, onset, until: null, serious });

test('marks on curves: one for what began at one step, at its place on whatever the axis counts', () => {
  const findings = [named(3, 'b'), named(2, 'a'), named(3, 'c')];
  expect(onsetMarks(findings, ground, 'step')).toEqual([
    { x: 2, step: 2, label: 'a' },
    { x: 3, step: 3, label: 'b, c' },
  ]);
  expect(onsetMarks(findings, ground, 'tokens').map(({ x }) => x)).toEqual([200, 200]);
  expect(onsetMarks(findings, undefined, 'step')).toEqual([]);
});

test('the line of a dashboard names the serious one first', () => {
  expect(findingsText([named(2, 'Stall'), named(9, 'Truncated solutions', true)])).toBe('Truncated solutions since step 9, and 1 more');
  expect(findingsText([{ ...named(2, 'Stall'), until: 4 }])).toBe('Stall steps 2 to 4');
  expect(findingsText([])).toBe('');
});
