/** Values of devices in a window, and what a drawing has room for of them. */
import { naturally } from '../core/naturalOrder.js';
import type { Telemetry, TelemetrySeries } from './views.js';

/** Series in one answer; of what there is besides only the number is known. */
const mostSeries = 48;

interface Bucket {
  from: number;
  to: number;
  low: number;
  high: number;
}

interface Series {
  device: string;
  name: string;
  count: number;
  /** By place in the window, ascending. */
  buckets: Map<number, Bucket>;
}

export class SeriesWindow {
  private readonly series = new Map<string, Series>();

  /** @param room places of the window: values in one of them are drawn together */
  constructor(
    private readonly from: number,
    private readonly to: number,
    private readonly room: number,
  ) {}

  private get width(): number {
    return Math.max(1, (this.to - this.from) / this.room);
  }

  /** In the order of time. @param values JSON, as the event said them; what is no finite number is passed over */
  add(time: number, device: string, values: string): void {
    for (const [name, value] of Object.entries(JSON.parse(values) as Record<string, unknown>)) {
      if (typeof value !== 'number') continue;
      const key = JSON.stringify([device, name]);
      let found = this.series.get(key);
      if (!found) this.series.set(key, (found = { device, name, count: 0, buckets: new Map() }));
      found.count++;
      const place = Math.floor((time - this.from) / this.width);
      const bucket = found.buckets.get(place);
      if (!bucket) found.buckets.set(place, { from: time, to: time, low: value, high: value });
      else {
        bucket.to = time;
        bucket.low = Math.min(bucket.low, value);
        bucket.high = Math.max(bucket.high, value);
      }
    }
  }

  thinned(): Pick<Telemetry, 'series' | 'moreSeries' | 'stride'> {
    const all = [...this.series.values()].sort((a, b) => naturally(a.device, b.device) || naturally(a.name, b.name));
    const series = all.slice(0, mostSeries).map(({ device, name, count, buckets }): TelemetrySeries => {
      const drawn = [...buckets.values()];
      const time = drawn.map((b) => (b.from + b.to) / 2);
      return { device, name, count, time, low: drawn.map((b) => b.low), high: drawn.map((b) => b.high) };
    });
    const isThinned = series.some((s) => s.time.length < s.count);
    return { series, moreSeries: all.length - series.length, stride: isThinned ? this.width : 0 };
  }
}
