import { runOf, sameAddress, type Address } from '../../protocol/address.js';

/** Where a person has been, as in a browser: going somewhere new forgets what was ahead. */
export class History {
  private entries: Address[] = [];
  private at = -1;

  constructor(private readonly limit = 100) {}

  get canGoBack(): boolean {
    return this.at > 0;
  }

  get canGoForward(): boolean {
    return this.at < this.entries.length - 1;
  }

  /** Arriving where one is already changes nothing. */
  visit(address: Address): void {
    const here = this.entries.at(this.at);
    if (this.at >= 0 && here && sameAddress(here, address)) return;
    this.entries = [...this.entries.slice(0, this.at + 1), address].slice(-this.limit);
    this.at = this.entries.length - 1;
  }

  back(): Address | undefined {
    return this.canGoBack ? this.entries[--this.at] : undefined;
  }

  forward(): Address | undefined {
    return this.canGoForward ? this.entries[++this.at] : undefined;
  }

  /** Steps through what is gone, e.g. a deleted run. */
  forget(run: string): void {
    const here = this.entries.at(this.at);
    const kept: Address[] = [];
    for (const e of this.entries) {
      const last = kept.at(-1);
      if (runOf(e) !== run && !(last && sameAddress(last, e))) kept.push(e);
    }
    this.entries = kept;
    this.at =
      here && runOf(here) !== run
        ? Math.max(
            0,
            kept.findIndex((e) => sameAddress(e, here)),
          )
        : kept.length - 1;
  }
}
