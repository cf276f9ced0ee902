import type { Sqlite } from './sqlite.js';
import type { RunChange } from './views.js';

interface Row {
  id: string;
  version: number;
  /** State and name: what makes lists look different. */
  face: string;
  upTo: number;
}

/** Tells what changed in the database since it was asked last, whoever changed it. */
export class Changes {
  private known: Map<string, { version: number; face: string; upTo: number }>;
  private readonly select;
  private readonly clock;
  private now: number;

  constructor(db: Sqlite) {
    this.select = db.prepare<[], Row>(
      `SELECT id, version, state || ' ' || coalesce(name, '') AS face, coalesce((SELECT max(step) FROM steps WHERE run = key), 0) AS upTo
       FROM runs WHERE gone = 0`,
    );
    this.clock = db.prepare<[], { now: number }>('SELECT now FROM clock');
    this.now = this.clock.get()!.now;
    this.known = this.read();
  }

  take(): RunChange[] {
    const now = this.clock.get()!.now;
    if (now === this.now) return [];
    this.now = now;
    const before = this.known;
    this.known = this.read();
    const changes: RunChange[] = [];
    for (const [run, { version, face, upTo }] of this.known) {
      const old = before.get(run);
      if (old?.version !== version) changes.push({ run, upTo, identity: old?.face !== face });
    }
    for (const [run, { upTo }] of before) if (!this.known.has(run)) changes.push({ run, upTo, identity: true });
    return changes;
  }

  private read(): Map<string, { version: number; face: string; upTo: number }> {
    return new Map(this.select.all().map(({ id, ...rest }) => [id, rest]));
  }
}
