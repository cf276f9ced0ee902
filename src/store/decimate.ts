/**
 * Which of n points to draw when there is room for `room`: the ends, and of each bucket of neighbours the lowest and
 * the highest, so that no peak is lost; a bucket with a gap (null) keeps one, so that no gap is bridged.
 * @returns indices, ascending
 */
export function decimate(values: readonly (number | null)[], room: number): number[] {
  const n = values.length;
  if (n <= room) return values.map((_, i) => i);
  if (room < 2) return n === 0 || room < 1 ? [] : [n - 1];
  const buckets = Math.floor((room - 2) / 3);
  const kept = new Set([0]);
  for (let b = 0; b < buckets; b++) {
    let low = -1;
    let high = -1;
    let gap = -1;
    const end = 1 + Math.floor(((b + 1) * (n - 2)) / buckets);
    for (let i = 1 + Math.floor((b * (n - 2)) / buckets); i < end; i++) {
      const y = values[i] ?? null;
      if (y === null) gap = gap < 0 ? i : gap;
      else {
        if (low < 0 || y < values[low]!) low = i;
        if (high < 0 || y > values[high]!) high = i;
      }
    }
    for (const i of [low, high, gap]) if (i >= 0) kept.add(i);
  }
  kept.add(n - 1);
  return [...kept].sort((a, b) => a - b);
}

/** At most `room` means of neighbours, for a sparkline. */
export function bucketMeans(values: readonly number[], room: number): number[] {
  const n = values.length;
  if (n <= room) return [...values];
  return Array.from({ length: room }, (_, b) => {
    const bucket = values.slice(Math.floor((b * n) / room), Math.floor(((b + 1) * n) / room));
    return bucket.reduce((sum, x) => sum + x, 0) / bucket.length;
  });
}
