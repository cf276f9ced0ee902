/** Numbers and times as a person reads them. Pure. */

/**
 * Three significant digits, without noise: 0.0123, 71.5, 1,230, 2e-6; whole numbers stay whole. Missing values are a dash.
 * @param value any number; non-finite ones are shown as such
 */
export const significant = (value: number | null | undefined): string => digits(value, true);

/** How to write numbers that are shown together: as whole numbers only when all of them are whole, so that it is 30.0 beside 29.7. */
export function alike(values: Iterable<number>): typeof significant {
  const whole = [...values].every(Number.isInteger);
  return (value) => digits(value, whole);
}

function digits(value: number | null | undefined, whole: boolean): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 1e-3 || size >= 1e6) return minus(value.toExponential(2).replace(/\.?0+e/, 'e'));
  if ((whole && Number.isInteger(value)) || size >= 999.5) return minus(Math.round(value).toLocaleString('en-US'));
  return minus(value.toPrecision(3));
}

/** Always with its sign: +0.882, −1.13; zero has none. */
export function signed(value: number | null | undefined): string {
  const text = significant(value);
  return value !== null && value !== undefined && value > 0 ? `+${text}` : text;
}

/** `0.713 ± 0.310`; the spread is left out when unknown. */
export const meanStd = (mean: number | null, std: number | null): string =>
  std === null ? significant(mean) : `${significant(mean)} ± ${significant(std)}`;

/** The range of a curve's values: `0.980 to 1.00`, `constant 1`. */
export function extentText(low: number, high: number): string {
  const text = alike([low, high]);
  return low === high ? `constant ${significant(low)}` : `${text(low)} to ${text(high)}`;
}

/** A share as `31.2%`; 0% and 100% only when it is exactly that. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return '–';
  if (share === 0 || share === 1) return `${share * 100}%`;
  const shown = Math.abs(share * 100);
  const digits = shown < 10 ? shown.toFixed(shown < 0.1 ? 2 : 1) : shown > 99 ? Math.min(shown, 99.9).toFixed(1) : shown.toFixed(0);
  return `${share < 0 ? '−' : ''}${digits}%`;
}

/** `940`, `20.1k`, `1.20M`, `3.4B`: for tiles and axes. */
export function compact(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value) || Math.abs(value) < 999.5) return significant(value);
  const units = ['k', 'M', 'B', 'T'];
  let size = Math.abs(value) / 1000;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  const digits = size >= 999.5 ? Math.round(size).toLocaleString('en-US') : size.toPrecision(3).replace(/\.0+$/, '');
  return `${value < 0 ? '−' : ''}${digits}${units[unit]}`;
}

/** Memory in units of 1,024: `640 B`, `1.29 MiB`, `62.7 GiB`, `1,234 TiB`. @param bytes at least 0 */
export function memory(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let size = bytes;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 ? Math.round(size) : significant(size)} ${units[unit]}`;
}

/** `0.42 s`, `45 s`, `1 min 12 s`, `2 h 5 min`, `3 d 4 h`: the two largest units. @param seconds at least 0 */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  if (seconds < 9.95) return seconds === 0 ? '0 s' : `${seconds < 0.001 ? '< 0.001' : seconds.toPrecision(2)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) return both(`${days} d`, hours % 24, 'h');
  if (hours > 0) return both(`${hours} h`, minutes % 60, 'min');
  return minutes > 0 ? both(`${minutes} min`, whole % 60, 's') : `${whole} s`;
}

/** How long a short piece of work took: `0.31 ms`, `4.1 ms`, `1.0 s`. @param ms milliseconds */
export const elapsed = (ms: number): string => (ms < 999.5 ? `${significant(ms)} ms` : duration(ms / 1000));

const both = (large: string, small: number, unit: string): string => (small === 0 ? large : `${large} ${small} ${unit}`);

/** `now`, `5 min ago`, `3 h ago`, `2 d ago`. @param then ISO 8601 @param now milliseconds since 1970 */
export function relativeTime(then: string, now: number): string {
  const seconds = (now - Date.parse(then)) / 1000;
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 60) return 'now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** The exact time, for a tooltip: `2026-11-23 20:16:05 UTC+1` in the reader's zone. */
export function exactTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return date.toLocaleString('sv-SE', { timeZoneName: 'short' });
}

/** `1 group`, `12 groups`. */
export const count = (n: number, noun: string, plural = `${noun}s`): string => `${n.toLocaleString('en-US')} ${n === 1 ? noun : plural}`;

/** A length in words: `61 tokens`. 0 means that it is unknown: no solution has length 0, because even an empty one has its end token. */
export const lengthText = (tokens: number): string => (tokens > 0 ? count(tokens, 'token') : 'length unknown');

/** The length as a bare number, for tables; a dash when it is unknown. */
export const lengthNumber = (tokens: number): string => significant(tokens > 0 ? tokens : null);

const minus = (text: string): string => text.replace('-', '−').replace('e-', 'e−');
