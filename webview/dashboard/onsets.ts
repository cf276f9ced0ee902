/** Where on the curves findings of the doctor began. Pure. */
import type { NamedFinding } from '../../src/contracts/doctor.js';
import type { RunSeries } from '../../src/store/views.js';
import type { XUnit } from '../shared/charts/chartConfig.js';
import { nearest, type Mark } from '../shared/charts/line.js';
import { axisOf } from './recordedSeries.js';

/** Of findings that began at one step one mark; those of which the axis knows no place are left out. */
export function onsetMarks(findings: readonly NamedFinding[], ground: RunSeries | undefined, xUnit: XUnit): Mark[] {
  if (!ground) return [];
  const axis = axisOf(ground, xUnit);
  const places = axis.flatMap((x, i) => (x === null ? [] : [{ x: ground.step[i], y: x, step: ground.step[i] }]));
  const byStep = new Map<number, string[]>();
  for (const { onset, name } of findings) byStep.set(onset, [...(byStep.get(onset) ?? []), name]);
  return [...byStep]
    .sort(([a], [b]) => a - b)
    .flatMap(([step, names]): Mark[] => {
      const place = places.at(nearest(places, step));
      if (place === undefined) return [];
      return [{ x: xUnit === 'step' ? step : place.y, step, label: names.join(', ') }];
    });
}

/** `Truncated solutions since step 12, and 2 more` */
export function findingsText(findings: readonly NamedFinding[]): string {
  const first = [...findings].sort((a, b) => Number(b.serious) - Number(a.serious)).at(0);
  if (!first) return '';
  const { name, onset, until } = first;
  const when = until === null ? `since step ${onset}` : until === onset ? `at step ${onset}` : `steps ${onset} to ${until}`;
  return `${name} ${when}${findings.length === 1 ? '' : `, and ${findings.length - 1} more`}`;
}
