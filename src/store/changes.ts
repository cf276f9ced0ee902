import type { Sqlite } from './sqlite.js';
import type { RunChange } from './views.js';

interface Row {
  id: string;
  gone: number;
  /** State and name: what makes lists look different. */
  face: string;
  upTo: number;
}

/** Tells what changed in the database since it was asked last, whoever changed it. */
export class Changes {
  /** By run in the lists: its face and its newest step. */
  private readonly known = new Map<string, Pick<Row, 'face' | 'upTo'>>();
  private readonly changed;
  private readonly live;
  private readonly count;
  private readonly clock;
  private now = -1;

  constructor(db: Sqlite) {
    this.changed = db.prepare<[number], Row>(
      `SELECT id, gone, state || ' ' || coalesce(name, '') AS face, coalesce((SELECT max(step) FROM steps WHERE run = key), 0) AS upTo
       FROM runs WHERE version > ?`,
    );
    this.live = db.prepare<[], string>('SELECT id FROM runs WHERE gone = 0').pluck();
    this.count = db.prepare<[], number>('SELECT count(*) FROM runs WHERE gone = 0').pluck();
    this.clock = db.prepare<[], number>('SELECT now FROM clock').pluck();
    this.take();
  }

  take(): RunChange[] {
    const now = this.clock.get()!;
    if (now === this.now) return [];
    const changes: RunChange[] = [];
    for (const { id: run, gone, face, upTo } of this.changed.all(this.now)) {
      if (gone === 1) continue;
      changes.push({ run, upTo, identity: this.known.get(run)?.face !== face });
      this.known.set(run, { face, upTo });
    }
    this.now = now;
    return this.count.get() === this.known.size ? changes : [...changes, ...this.takeGone()];
  }

  /** A run that was deleted may have left no row behind. */
  private takeGone(): RunChange[] {
    const live = new Set(this.live.all());
    return [...this.known].flatMap(([run, { upTo }]) => (!live.has(run) && this.known.delete(run) ? [{ run, upTo, identity: true }] : []));
  }
}
