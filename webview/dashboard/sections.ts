/** Charts under headings: what a person pinned, what is asked for first, then the others by the first part of their names. Pure. */
import { metricRoles, roleOf } from '../../src/core/metricRole.js';
import { naturally } from '../../src/core/naturalOrder.js';
import type { ChartSpec } from './chartList.js';

export interface Section {
  id: string;
  heading: string;
  charts: ChartSpec[];
}

export const pinnedId = 'pinned';
export const firstId = 'first';
const restId = 'rest';

/**
 * Each chart in one section. Names that share no first part with another stand together at the end.
 * @param charts in the order of `chartList`
 * @param pinned ids of charts
 */
export function sectionsOf(charts: readonly ChartSpec[], pinned: readonly string[]): Section[] {
  const isPinned = new Set(pinned);
  const free = charts.filter((c) => !isPinned.has(c.id));
  const byPrefix = new Map<string, ChartSpec[]>();
  for (const chart of free) {
    const prefix = prefixOf(chart.curves[0].metric);
    if (!chart.first) byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), chart]);
  }
  const sections = [...byPrefix].filter(([prefix, list]) => prefix !== '' && list.length > 1);
  const named = new Set(sections.map(([prefix]) => prefix));
  const prefixed = sections
    .map(([prefix, list]): Section => ({ id: `prefix:${prefix}`, heading: prefix, charts: list }))
    .sort((a, b) => interest(a) - interest(b) || naturally(a.heading, b.heading));
  const rest = free.filter((c) => !c.first && !named.has(prefixOf(c.curves[0].metric)));
  const first = free.filter((c) => c.first);
  return [
    { id: pinnedId, heading: 'pinned', charts: charts.filter((c) => isPinned.has(c.id)) },
    { id: firstId, heading: 'first', charts: first },
    ...prefixed,
    { id: restId, heading: first.length + prefixed.length > 0 ? 'other' : 'all', charts: rest },
  ].filter((s) => s.charts.length > 0);
}

/** `val-core/gsm8k/acc` → `val-core`; nothing of a name without parts. */
function prefixOf(metric: string): string {
  const at = metric.search(/[/.]/);
  return at < 0 ? '' : metric.slice(0, at);
}

/** What holds rewards comes before what holds lengths, and that before what says nothing of itself. */
const interest = ({ charts }: Section): number =>
  charts.reduce<number>((least, { curves }) => {
    const role = roleOf(curves[0].metric)?.role;
    return role === undefined ? least : Math.min(least, metricRoles.indexOf(role));
  }, metricRoles.length);

/** How many metrics charts draw. */
export const metricCount = (charts: readonly ChartSpec[]): number => charts.reduce((sum, c) => sum + c.curves.length, 0);
