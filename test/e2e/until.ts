/** Waits for a condition of the world outside the browser. @throws when it does not hold in time, saying which */
export async function until(what: string, holds: () => boolean, timeout = 60_000): Promise<void> {
  const deadline = Date.now() + timeout;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Waited ${timeout / 1000} s in vain: ${what}.`);
    await new Promise((r) => setTimeout(r, 500));
  }
}
