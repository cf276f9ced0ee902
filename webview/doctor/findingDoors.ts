/** Where a finding leads, as doors with names. Pure. */
import type { Finding } from '../../src/doctor/doctor.js';
import type { Examined } from '../../src/doctor/examined.js';
import type { Door } from '../../src/doctor/judgement.js';
import type { Address } from '../../src/protocol/address.js';

export interface NamedDoor {
  label: string;
  /** What one will see there. */
  title: string;
  icon: string;
  address: Address;
  /** The metric to look at on a dashboard. */
  curve?: string;
}

/** `step 12 · group 3 · solution 1 · token 8`, counted from 1 as everywhere. */
export function doorText({ step, group, solution, token }: Door): string {
  const parts = [`step ${step}`];
  if (group !== undefined) parts.push(`group ${group + 1}`);
  if (solution !== undefined) parts.push(`solution ${solution + 1}`);
  if (token !== undefined) parts.push(`token ${token + 1}`);
  return parts.join(' · ');
}

/** The places where it was seen. */
export const placeDoors = (run: string, doors: readonly Door[]): NamedDoor[] =>
  doors.map(({ token, ...place }): NamedDoor => {
    const label = doorText({ ...place, token });
    const icon = place.solution !== undefined ? 'comment' : place.group !== undefined ? 'list-tree' : 'list-unordered';
    return { label, title: `Open ${label}`, icon, address: { run, ...place } };
  });

/** All doors of a finding, the nearest proof first: groups and solutions, then all like them, curves, times. */
export function doorsOf({ doors, seen, onset, name }: Finding, { run, metrics }: Examined): NamedDoor[] {
  const named = placeDoors(run, doors);
  const { filter, order, series = [], timeline } = seen;
  if (filter !== undefined) {
    const search = { filter, ...(order !== undefined && { order }) };
    named.push({ label: filter, title: `Find solutions: ${filter}`, icon: 'search', address: { page: 'find', about: { run }, search } });
  }
  const curves = new Set(series.flatMap((s) => metrics[s] ?? []));
  for (const curve of curves)
    named.push({ label: curve, title: `The curve of ${curve} on the dashboard`, icon: 'graph-line', address: { run }, curve });
  if (timeline)
    named.push({
      label: 'timeline',
      title: `${name}: what the time of step ${onset} went into`,
      icon: 'clockface',
      address: { run, timeline, step: onset },
    });
  return named;
}

/** `since step 12`, `steps 12 to 40`, `at step 12` */
export function whenText({ onset, until }: Pick<Finding, 'onset' | 'until'>): string {
  if (until === null) return `since step ${onset}`;
  return until === onset ? `at step ${onset}` : `steps ${onset} to ${until}`;
}
