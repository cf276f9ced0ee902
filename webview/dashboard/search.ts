/** Which charts a person looks for: by a part of a name, or by `/a regular expression/`. Pure. */
import { nameSearch, type NameSearch } from '../../src/core/nameSearch.js';
import type { ChartSpec } from './chartList.js';

export interface Search extends Pick<NameSearch, 'fault'> {
  passes: (chart: ChartSpec) => boolean;
}

export function searchFor(text: string): Search {
  const { passes, fault } = nameSearch(text);
  return { passes: (chart) => namesOf(chart).some(passes), ...(fault !== undefined && { fault }) };
}

/** What a person sees of a chart, and the names in the files. */
const namesOf = ({ heading, curves }: ChartSpec): string[] => [heading, ...curves.flatMap((c) => [c.metric, c.label])];
