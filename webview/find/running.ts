/** One search at a time: asks for what has been found until that is all, or until something else is searched for. */
import { messageOf } from '../../src/core/messageOf.js';
import { append } from '../../src/core/extremes.js';
import { beginSearch, facetsFound, moreFound, type FoundFacets } from '../../src/contracts/find.js';
import type { FoundSolution } from '../../src/store/views.js';
import { host } from '../shared/host.js';
import type { FoundNumbers } from './foundText.js';

export interface Sought {
  filter: string;
  run: string | null;
  order?: string;
  limit: number;
}

export class Running {
  rows: FoundSolution[] = [];
  /** Undefined until the first answer. */
  numbers: FoundNumbers | undefined;
  facets: FoundFacets | undefined;
  problem: string | undefined;
  private readonly stop = new AbortController();

  /** @param changed is called whenever there is more of it */
  constructor(
    readonly sought: Sought,
    private readonly changed: () => void,
  ) {
    void this.run();
  }

  get goesOn(): boolean {
    return this.problem === undefined && (this.numbers?.end ?? null) === null;
  }

  end(): void {
    this.stop.abort(new Error('Another search has begun.'));
  }

  private async run(): Promise<void> {
    const { filter, run } = this.sought;
    const { signal } = this.stop;
    try {
      let found = await host.request(beginSearch, this.sought, { signal });
      for (;;) {
        const { rows, ...numbers } = found;
        append(this.rows, rows);
        this.numbers = numbers;
        this.changed();
        if (numbers.end !== null) break;
        found = await host.request(moreFound, {}, { signal });
      }
      this.facets = await host.request(facetsFound, { filter, run }, { signal });
    } catch (error) {
      if (signal.aborted) return;
      this.problem = messageOf(error);
    }
    this.changed();
  }
}
