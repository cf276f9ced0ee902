/**
 * Reads something again when it has changed: a burst of changes once, and a change that comes while it is being read once more afterwards,
 * as the answer may be older than that change. Never two at a time: what changes faster than it can be read is shown all the same.
 */
export class Rereading {
  private changes = 0;
  private busy = false;

  /** @param read never rejects */
  constructor(private readonly read: () => Promise<unknown>) {}

  /** @param gap ms in which further changes count as the same */
  soon(gap: number): void {
    this.changes++;
    if (this.busy) return;
    this.busy = true;
    globalThis.setTimeout(() => void this.run(gap), gap);
  }

  private async run(gap: number): Promise<void> {
    const known = this.changes;
    await this.read();
    this.busy = false;
    if (this.changes > known) this.soon(gap);
  }
}
