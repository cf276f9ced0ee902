/** Solutions and their traces as the page has them: asked once, neighbours ahead of time, old ones forgotten. */
import { decodeTexts } from '../../src/core/utf8.js';
import type { SolutionDetail, Trace } from '../../src/store/views.js';
import type { Channel } from '../shared/channel.js';
import { openSolution, traceOf } from '../../src/contracts/solution.js';

export interface SolutionAddress {
  run: string;
  step: number;
  group: number;
  solution: number;
}

interface Entry {
  detail: Promise<SolutionDetail | null>;
  /** Undefined until it has come; null when the trainer wrote none. */
  trace: Trace | null | undefined;
}

/** A group of 64 and some of its neighbours. */
const most = 96;

export class Solutions {
  private readonly entries = new Map<string, Entry>();

  /** What was asked for last, not ahead of time. */
  private requestKey = '';

  /**
   * @param host whom to ask
   * @param traceCame hears of every trace that has arrived
   * @param traceFailed hears why that of the solution last asked for could not be had
   */
  constructor(
    private readonly host: Pick<Channel, 'request'>,
    private readonly traceCame: () => void,
    private readonly traceFailed: (error: unknown) => void,
  ) {}

  /** @throws (rejects) when the host could not answer; the next call asks again */
  load(address: SolutionAddress): Promise<SolutionDetail | null> {
    this.requestKey = key(address);
    return this.entry(address).detail;
  }

  /** @returns undefined while it is on its way or could not be had, null when there is none */
  traceOf(address: SolutionAddress): Trace | null | undefined {
    return this.entries.get(key(address))?.trace;
  }

  prefetchAround(address: SolutionAddress, groupSize: number): void {
    for (const solution of [address.solution + 1, address.solution - 1]) {
      // A neighbour that cannot be had is told of when somebody goes there.
      if (solution >= 0 && solution < groupSize) this.entry({ ...address, solution }).detail.catch(() => null);
    }
  }

  /**
   * Asks again for one that is shown. It stays as it is until the answer has come, and is the same object where nothing of it has
   * changed, so that nothing that is being read is made anew; what was fetched ahead is forgotten.
   */
  async renew(address: SolutionAddress): Promise<SolutionDetail | null> {
    const id = key(address);
    this.requestKey = id;
    const old = this.entries.get(id);
    this.entries.clear();
    if (!old) return this.load(address);
    this.entries.set(id, old);
    const [before, now] = await Promise.all([old.detail, this.detailOf(address)]);
    if (this.entries.get(id) !== old) return now;
    if (before === null || now === null) {
      this.entries.delete(id);
      return now === null ? null : this.load(address);
    }
    if (JSON.stringify(now) === JSON.stringify(before)) return before;
    const isSame = JSON.stringify({ ...now, sameQuestion: [] }) === JSON.stringify({ ...before, sameQuestion: [] });
    const entry: Entry = { detail: Promise.resolve(now), trace: now.text === before.text ? old.trace : undefined };
    this.entries.set(id, entry);
    if (!isSame || entry.trace === undefined) void this.learnTrace(entry, address);
    return now;
  }

  private async detailOf(address: SolutionAddress): Promise<SolutionDetail | null> {
    const answer = await this.host.request(openSolution, address);
    return answer && decodeTexts(answer);
  }

  private entry(address: SolutionAddress): Entry {
    const id = key(address);
    const known = this.entries.get(id);
    if (known) return known;
    const entry: Entry = { detail: this.detailOf(address), trace: undefined };
    this.entries.set(id, entry);
    entry.detail.catch(() => this.entries.delete(id));
    void this.learnTrace(entry, address);
    for (const old of this.entries.keys()) {
      if (this.entries.size <= most) break;
      this.entries.delete(old);
    }
    return entry;
  }

  private async learnTrace(entry: Entry, address: SolutionAddress): Promise<void> {
    try {
      entry.trace = await this.host.request(traceOf, address);
      this.traceCame();
    } catch (error) {
      const id = key(address);
      if (this.entries.get(id) === entry) this.entries.delete(id); // asked again when somebody goes there
      if (id === this.requestKey) this.traceFailed(error);
    }
  }
}

const key = ({ run, step, group, solution }: SolutionAddress): string => `${run}/${step}/${group}/${solution}`;
