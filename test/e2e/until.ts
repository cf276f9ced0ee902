/** Waits for a condition of the world outside the browser. @throws when it does not hold in time, saying which */
export async function until(what: string, holds: () => boolean, timeout = 240_000): Promise<void> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const begun = Date.now();
    if (holds()) return;
    if (Date.now() > deadline) throw new Error(`Waited ${timeout / 1000} s in vain: ${what}.`);
    // Asking may be a process of its own: it leaves most of the machine to what is waited for.
    const took = Date.now() - begun;
    await new Promise((r) => setTimeout(r, Math.max(500, 3 * took)));
  }
}
