/** Which part of the time is looked at. Pure. */

/** Milliseconds since 1970, whole ones. */
export interface Window {
  from: number;
  to: number;
}

/** Nothing shorter is looked at: times are whole milliseconds. */
const shortest = 20;

/** @param factor below 1 comes nearer @param at stays where it is */
export function zoomed({ from, to }: Window, factor: number, at: number, whole: Window): Window {
  const length = Math.max(Math.min(shortest, whole.to - whole.from), (to - from) * factor);
  const share = to > from ? (at - from) / (to - from) : 0.5;
  return within({ from: at - share * length, to: at + (1 - share) * length }, whole);
}

/** @param share of the window's own length; negative goes back */
export const panned = ({ from, to }: Window, share: number, whole: Window): Window =>
  within({ from: from + share * (to - from), to: to + share * (to - from) }, whole);

/** The window, moved and cut so that it lies in the whole. */
export function within({ from, to }: Window, whole: Window): Window {
  const length = Math.min(to - from, whole.to - whole.from);
  const begin = Math.round(Math.min(Math.max(from, whole.from), whole.to - length));
  return { from: begin, to: Math.min(whole.to, Math.round(begin + length)) };
}

export const isWhole = (w: Window, whole: Window): boolean => w.from <= whole.from && w.to >= whole.to;

/** Distances between the marks of a time axis, in milliseconds. */
const distances = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((ms) => ms),
  ...[1, 2, 5, 10, 15, 30].map((s) => 1000 * s),
  ...[1, 2, 5, 10, 15, 30].map((min) => 60_000 * min),
  ...[1, 2, 3, 6, 12].map((h) => 3_600_000 * h),
];
const day = 86_400_000;

export interface Tick {
  time: number;
  /** Since the beginning: `1 min 30 s`. */
  text: string;
}

/** At most `room` marks. @param start from where time is counted */
export function ticks({ from, to }: Window, start: number, room: number): Tick[] {
  const least = (to - from) / Math.max(1, room);
  const distance = distances.find((d) => d >= least) ?? day * Math.ceil(least / day);
  const marks: Tick[] = [];
  for (let t = Math.ceil((from - start) / distance) * distance; start + t <= to; t += distance)
    marks.push({ time: start + t, text: sinceText(t, distance) });
  return marks;
}

/** `0 s`, `12.4 s`, `1:05`, `2:00:00`, `1 d 2:00:00`: time since the beginning, as finely as is called for. @param ms at least 0 @param finest milliseconds that must be told apart */
export function sinceText(ms: number, finest = 1): string {
  const decimals = finest >= 1000 ? 0 : finest >= 100 ? 1 : finest >= 10 ? 2 : 3;
  const rounded = Math.round(ms * 10 ** (decimals - 3)) / 10 ** decimals;
  if (rounded < 60) return `${rounded.toFixed(rounded === 0 ? 0 : decimals)} s`;
  const days = Math.floor(rounded / 86_400);
  const hours = Math.floor((rounded % 86_400) / 3600);
  const minutes = Math.floor((rounded % 3600) / 60);
  const two = (n: number): string => String(n).padStart(2, '0');
  const secondsText = (rounded % 60).toFixed(decimals).padStart(decimals === 0 ? 2 : 3 + decimals, '0');
  const clock = days > 0 || hours > 0 ? `${hours}:${two(minutes)}:${secondsText}` : `${minutes}:${secondsText}`;
  return days > 0 ? `${days} d ${clock}` : clock;
}
