/** What a foreign trainer writes, as events of the run: one session per watched place, asked again and again. */
import { existsSync } from 'node:fs';
import { ImportError, type ImportNote, type ImportSession, type Importer, type Source } from '../../importers/importer.js';
import { folderSource } from '../../importers/files/source.js';
import { detectFormat, importerById, importers } from '../../importers/index.js';
import type { EventBody } from '../../protocol/events.js';
import type { ResolvedCommand } from './resolve.js';

type Watched = ResolvedCommand['watch'][number];

export interface WatchSink {
  event: (event: EventBody) => void;
  note: (note: ImportNote, path: string) => void;
}

/** One watched place. It may come to be long after the trainer has started. */
export class Watch {
  private session: ImportSession | undefined;
  private trouble = '';

  /** @throws when the format is not known: told before the trainer starts */
  constructor(
    private readonly place: Watched,
    private readonly python: string,
    private readonly sink: WatchSink,
  ) {
    if (place.format !== undefined && !importerById(place.format)) {
      throw new Error(`command.watch: no format is called ${place.format}. Known: ${importers.map((i) => i.id).join(', ')}.`);
    }
  }

  /** Tells what is new. A file that cannot be read is said once and tried again: it may be in the middle of being written. */
  async look(signal: AbortSignal): Promise<void> {
    try {
      this.session ??= await this.open();
      if (!this.session) return;
      for await (const told of this.session.read(signal)) {
        if (told.kind === 'event') this.sink.event(told.event);
        else if (told.kind === 'note') this.sink.note(told.note, this.place.path);
      }
      this.trouble = '';
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ImportError)) throw error;
      if (error.message !== this.trouble)
        this.sink.note({ id: `trouble:${error.file}`, level: 'warning', message: error.message }, this.place.path);
      this.trouble = error.message;
    }
  }

  async close(): Promise<void> {
    await this.session?.close();
  }

  private async open(): Promise<ImportSession | undefined> {
    if (!existsSync(this.place.path)) return undefined;
    const source = folderSource(this.place.path);
    const importer = await this.importer(source);
    const { groupSize } = this.place;
    return importer?.open(source, { python: this.python, ...(groupSize !== undefined && { groupSize }) });
  }

  /** Unnamed formats are found out once something has been written; of several likely ones none is taken. */
  private async importer(source: Source): Promise<Importer | undefined> {
    if (this.place.format !== undefined) return importerById(this.place.format);
    const { chosen, candidates } = await detectFormat(source);
    if (chosen) return chosen.importer;
    const likely = candidates.filter((c) => c.confidence > 0.5).map((c) => `${c.importer.id} (${c.why})`);
    if (likely.length > 0) {
      throw new ImportError(this.place.path, null, `it could be ${likely.join(' or ')}: name one by format under command.watch.`);
    }
    return undefined;
  }
}
