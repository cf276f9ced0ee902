/** Which metrics a dashboard lists, of a run that has more than are listed at a time. Pure. */
import { leads, metricRoles } from '../../core/metricRole.js';
import { nameSearch, isBlank } from '../../core/nameSearch.js';
import { naturally } from '../../core/naturalOrder.js';
import { metrics } from '../../protocol/metrics.js';
import type { FoundMetrics } from '../../contracts/dashboard.js';

/** Metrics at a time: more nobody looks through. */
const mostMetrics = 10_000;
/** Metrics that stand on every page, so that tiles and first charts do. */
const mostFirst = 500;
/** Metrics of other pages that a search lists. */
const mostFound = 1000;

export interface MetricPage {
  /** In the order of their names. */
  metricNames: string[];
  /** After which name the next page begins; null: this is the last. */
  metricsNext: string | null;
  found: FoundMetrics | null;
}

/**
 * A page of the names. What answers "how is it going?" is on the first, and what of it is asked for first on each.
 * @param all names of the run
 * @param wanted what `openDashboard` is asked with; `named` are listed wherever they stand
 */
export function metricPage(
  all: readonly string[],
  wanted: { metricsAfter?: string; search?: string; named?: readonly string[] },
  most = mostMetrics,
): MetricPage {
  const { metricsAfter, search = '', named = [] } = wanted;
  if (all.length <= most) return { metricNames: all.toSorted(naturally), metricsNext: null, found: null };
  const first = firstMetrics(all);
  const ordered = [...new Set([...first, ...all])];
  const from = metricsAfter === undefined ? 0 : ordered.indexOf(metricsAfter) + 1;
  const page = ordered.slice(from, from + most);
  const has = new Set(all);
  const listed = new Set([...first.slice(0, mostFirst), ...page, ...named.filter((name) => has.has(name))]);
  const { passes, fault } = nameSearch(search);
  const others = isBlank(search) || fault !== undefined ? [] : all.filter((name) => !listed.has(name) && passes(name));
  const found = others.slice(0, mostFound);
  return {
    metricNames: [...listed, ...found].sort(naturally),
    metricsNext: from + most < ordered.length ? page.at(-1)! : null,
    found: isBlank(search) ? null : { search, listed: found.length, more: others.length - found.length },
  };
}

/** The names we know, then those that look like a role: of each role the nearest, then of each the next one. */
function firstMetrics(all: readonly string[]): string[] {
  const known = all.filter((name) => Object.hasOwn(metrics, name));
  const byRole = leads(all.filter((name) => !Object.hasOwn(metrics, name)).sort(naturally));
  const longest = metricRoles.reduce((most, role) => Math.max(most, byRole[role].length), 0);
  const inTurn = Array.from({ length: longest }, (_, i) => metricRoles.flatMap((role) => byRole[role].slice(i, i + 1)));
  return [...known, ...inTurn.flat()];
}
