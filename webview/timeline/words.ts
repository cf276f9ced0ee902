/** What the timeline says in words. Pure. */
import { count, duration, elapsed, memory, percent, significant } from '../../src/core/format.js';
import { metrics } from '../../src/protocol/metrics.js';
import type { ShareOfSteps, Telemetry, TelemetrySeries, Timeline, TimeShares } from '../../src/store/views.js';
import { meanwhile, type Item } from './tracks.js';
import { sinceText } from './window.js';

/** What a phase of `seconds/*` is called; names of spans are as they are. */
export function phaseName(name: string, source: TimeShares['source']): string {
  const metric = `seconds/${name}`;
  return source === 'metrics' && Object.hasOwn(metrics, metric) ? metrics[metric as 'seconds/train'].label : name.replaceAll('_', ' ');
}

/** What time is called in which a lane does nothing: with one lane there is nobody to wait for. */
export const waitingName = (shares: Pick<TimeShares, 'source' | 'lanes'>): string => (shares.lanes.length > 1 ? 'waiting' : 'not recorded');

/** What, who, which step, how long, and from when to when: `sampling · rank 0 · step 3 · 1.2 s · 10.000 s – 11.200 s`. */
export function itemText(item: Item, { lanes, names, blocks, first }: Timeline): string {
  const lane = lanes[item.lane];
  const when = `${sinceText(item.start - first)} – ${sinceText(item.end - first)}`;
  const long = elapsed(item.end - item.start);
  if (item.kind === 'stall') {
    const others = meanwhile(blocks, item).slice(0, 2);
    const did = others.map((o) => `${lanes[o.lane]}: ${names[o.name]} ${elapsed(o.ms)}`).join(', ');
    return others.length > 0 ? `${lane} waits ${long} · meanwhile ${did} · ${when}` : `nothing recorded in ${lane} for ${long} · ${when}`;
  }
  if (item.count === 1) return `${names[item.name]} · ${lane} · step ${item.step} · ${long} · ${when}`;
  const busy = item.end === item.start ? '' : ` · ${percent(Math.min(1, item.busy / (item.end - item.start)))} busy`;
  return `${count(item.count, 'span')}, most of it ${names[item.name]} · ${lane} · from step ${item.step} on · ${long}${busy} · ${when}`;
}

/** A step, or several, with the share of each phase. */
export function stepsText({ from, to, busy, waiting }: ShareOfSteps, names: readonly string[], rest: string): string {
  const all = busy.reduce((a, b) => a + b, waiting);
  const parts = [...busy.map((s, k) => [names[k], s] as const), [rest, waiting] as const]
    .filter(([, s]) => s > 0)
    .sort((a, b) => b[1] - a[1])
    .map(([name, s]) => `${name} ${percent(s / all)}`);
  return `${from === to ? `step ${from}` : `steps ${from} to ${to}`} · ${duration(all)} · ${parts.join(', ')}`;
}

/** A value in its unit, which stands at the end of its name: `memory bytes`, `power W`. */
export function telemetryValue(name: string, value: number): string {
  if (/\bbytes$/i.test(name)) return value >= 0 ? memory(value) : significant(value);
  const unit = /\s(%|W|kW|MHz|GHz|J|°C|[KMG]i?B\/s)$/.exec(name)?.[1];
  return unit === undefined ? significant(value) : `${significant(value)}${unit === '%' ? '' : ' '}${unit}`;
}

/** The value at a time: of the nearest that was measured. */
export function valueAt({ time, low, high }: TelemetrySeries, at: number): [low: number, high: number] | undefined {
  let nearest = -1;
  for (let i = 0; i < time.length; i++) if (nearest < 0 || Math.abs(time[i] - at) < Math.abs(time[nearest] - at)) nearest = i;
  return nearest < 0 ? undefined : [low[nearest], high[nearest]];
}

/** What is not as it seems: left out, put together, guessed. */
export function notes(timeline: Timeline | null, shares: TimeShares | null, telemetry: Telemetry, hidden: number): string[] {
  const found: string[] = [];
  const add = (n: number, text: string): void => {
    if (n > 0) found.push(text);
  };
  if (shares?.source === 'metrics')
    found.push(
      'From the metrics seconds/*: this run has no spans. In which order the phases of a step went on, and who waited for whom, is not known.',
    );
  if (shares?.source === 'metrics' && shares.names.length === 0) found.push('Only how long each step took is known (seconds/step).');
  add(
    shares?.overlapping ?? 0,
    `In ${count(shares?.overlapping ?? 0, 'step')} the phases take longer together than the step: some went on beside each other, or one is part of another.`,
  );
  if (timeline) {
    add(
      timeline.shortest,
      `${count(timeline.within, 'span')} here: those shorter than ${elapsed(timeline.shortest)} are drawn together with their neighbours, as high as they were busy. Zoom in to see each.`,
    );
    add(hidden, `${count(hidden, 'span')} lie on top of others: too many go on at once in one lane.`);
    add(timeline.misplaced, `${count(timeline.misplaced, 'span')} left out: without a time that can be read, or ending before they begin.`);
    add(
      timeline.moreLanes,
      `${count(timeline.moreLanes, 'further lane')} not shown: these are the first ${timeline.lanes.length} by name. Shares count all of them.`,
    );
  }
  const otherNames = timeline?.otherNames ?? shares?.otherNames ?? 0;
  add(otherNames, `“other” stands for ${count(otherNames, 'name')} that take the least time.`);
  if (telemetry.stride > 0) found.push(`Of the measured values the lowest and highest of every ${elapsed(telemetry.stride)} are drawn.`);
  add(telemetry.moreSeries, `${count(telemetry.moreSeries, 'further measured value')} not shown.`);
  return found;
}
