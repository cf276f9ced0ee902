/**
 * `45 s left`, `2 min left`, `1 h 5 min left`, `3 d left`: coarse, so that it does not flicker with every step;
 * below ten seconds no number pretends to be exact.
 */
export function timeLeft(seconds: number): string {
  if (!Number.isFinite(seconds)) return '';
  return seconds < 10 ? 'nearly done' : `${coarse(seconds)} left`;
}

/** `45 s`, `2 min`, `1 h 5 min`, `3 d`. */
export function coarse(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} d`;
}
