/** Rows to groups, in bounded memory, whatever the order of the rows. */
import { append } from '../../../core/extremes.js';
import { hash64 } from '../../../core/hash.js';
import { Numbering } from '../../compact/numbering.js';
import type { Chat } from '../../files/chat.js';
import type { ForeignSolution } from '../../foreignGroups.js';

export interface GatheredRow {
  step: number;
  /** What rows of one group have in common. */
  key: string;
  question: Chat;
  gold: string | null;
  /** Usually one; several where a row holds a list. */
  solutions: ForeignSolution[];
}

export interface GatheredGroup {
  step: number;
  /** Index within the step. */
  group: number;
  question: Chat;
  gold: string | null;
  solutions: ForeignSolution[];
}

interface OpenGroup extends GatheredGroup {
  key: string;
  chars: number;
  /** Has rows that were not told. */
  news: boolean;
}

/**
 * Keeps groups open until `budget` characters wait, then closes the one that got no row for longest. A group that is told while it
 * is open is told again, whole, when more of its rows come.
 */
export class Gather {
  private readonly open = new Map<string, OpenGroup>();
  private readonly counts = new Map<number, number>();
  /** By the hash of the key. */
  private closed = new Numbering();
  /** The group that the last row belonged to, while it is open: usually the next row's too. */
  private last: OpenGroup | undefined;
  private chars = 0;
  /** Groups that got rows after they had been closed: their rows stand too far apart. */
  split = 0;

  constructor(
    private readonly budget = 16 * 1024 * 1024,
    /** Keys closed to make room that are remembered, to count splits. */
    private readonly remembered = 1_000_000,
  ) {}

  /** @returns groups that were closed to make room */
  add(row: GatheredRow): GatheredGroup[] {
    const same = this.last?.step === row.step && this.last.key === row.key;
    const group = same ? this.last! : this.groupOf(row);
    this.last = group;
    const chars = row.solutions.reduce((sum, { text }) => sum + text.length + 64, row.question.text.length);
    append(group.solutions, row.solutions);
    group.gold ??= row.gold;
    group.chars += chars;
    group.news = true;
    this.chars += chars;
    return this.makeRoom();
  }

  private groupOf(row: GatheredRow): OpenGroup {
    const id = `${row.step}\n${row.key}`;
    let group = this.open.get(id);
    if (!group) {
      if (this.closed.get(...hash64(id)) >= 0) this.split++;
      const index = this.counts.get(row.step) ?? 0;
      this.counts.set(row.step, index + 1);
      group = { step: row.step, group: index, question: row.question, gold: row.gold, solutions: [], key: row.key, chars: 0, news: true };
    } else this.open.delete(id);
    this.open.set(id, group); // the newest stands last
    return group;
  }

  /** The group of the key gets no more rows. @returns it, when it has news */
  close(step: number, key: string): GatheredGroup[] {
    const id = `${step}\n${key}`;
    const group = this.open.get(id);
    return group ? this.shut(id, group) : [];
  }

  /** What has news, in order of step and group; it stays open. */
  flush(): GatheredGroup[] {
    const groups = [...this.open.values()].filter((group) => group.news).sort((a, b) => a.step - b.step || a.group - b.group);
    for (const group of groups) group.news = false;
    return groups;
  }

  clear(): void {
    this.open.clear();
    this.last = undefined;
    this.counts.clear();
    this.closed = new Numbering();
    this.chars = 0;
    this.split = 0;
  }

  /** Steps that have groups. */
  get steps(): number[] {
    return [...this.counts.keys()];
  }

  private makeRoom(): GatheredGroup[] {
    const groups: GatheredGroup[] = [];
    for (const [id, group] of this.open) {
      if (this.chars <= this.budget || this.open.size === 1) break;
      if (this.closed.size < this.remembered) this.closed.add(...hash64(id));
      append(groups, this.shut(id, group));
    }
    return groups;
  }

  private shut(id: string, group: OpenGroup): GatheredGroup[] {
    this.open.delete(id);
    if (this.last === group) this.last = undefined;
    this.chars -= group.chars;
    return group.news ? [group] : [];
  }
}
