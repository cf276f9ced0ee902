/** Pictures of conversations become files of the run, and their turns name them. */
import { realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { readAt } from '../core/files/readAt.js';
import { withFile } from '../core/files/regularFile.js';
import { count } from '../core/format.js';
import type { EventBody } from '../protocol/events.js';
import { largestPicture, writePicture } from '../protocol/media.js';
import type { Turn } from '../protocol/turns.js';
import type { ForeignTurn } from './files/chat.js';
import { fromBytes, tooLarge, type Picture } from './files/foreignPicture.js';
import type { ImportItem, Importer, ImportNote } from './importer.js';

/** Bytes of all pictures of a run: those after them are not kept. */
const mostBytes = 4 * 1024 * 1024 * 1024;

/** The same importer, whose sessions put pictures into the `media/` of a run directory before they tell of who shows them. */
export const withPictures = (importer: Importer, runDir: string): Importer => ({
  ...importer,
  open(source, options) {
    const session = importer.open(source, options);
    const pictures = new Pictures(runDir, source.root);
    return {
      describe: () => session.describe(),
      close: () => session.close(),
      get rows() {
        return session.rows;
      },
      async *read(signal): AsyncGenerator<ImportItem> {
        for await (const item of session.read(signal))
          yield item.kind === 'event' ? { kind: 'event', event: pictures.kept(item.event) } : item;
        const note = pictures.note();
        if (note) yield { kind: 'note', note };
      },
    };
  },
});

const hasPicture = (turns: readonly ForeignTurn[] | undefined): boolean => turns?.some((turn) => 'picture' in turn) ?? false;

/** The pictures of one import. */
export class Pictures {
  /** By name, with their bytes. */
  private readonly names = new Set<string>();
  private bytes = 0;
  /** Why pictures were not kept, with what tells one from the others. */
  private readonly lost = new Map<string, Set<string>>();
  private readonly folder: string;

  /** @param root the folder or file that is imported: files of pictures lie in it or beside it */
  constructor(
    private readonly runDir: string,
    root: string,
  ) {
    this.folder = statSync(root, { throwIfNoEntry: false })?.isDirectory() ? root : dirname(root);
  }

  /** @returns the event with turns that name the files of their pictures; these are written */
  kept(event: EventBody): EventBody {
    if (event.type !== 'group') return event;
    const turnsIn = (turns: readonly ForeignTurn[]): Turn[] => turns.map((turn) => this.turn(turn));
    const { question_turns, solutions } = event;
    if (!hasPicture(question_turns) && !solutions.some(({ turns }) => hasPicture(turns))) return event;
    return {
      ...event,
      ...(question_turns && { question_turns: turnsIn(question_turns) }),
      solutions: solutions.map((solution) => (solution.turns ? { ...solution, turns: turnsIn(solution.turns) } : solution)),
    };
  }

  /** Null when there were none. */
  note(): ImportNote | null {
    const lost = [...this.lost].map(([reason, which]) => `${which.size.toLocaleString('en-US')} because ${reason}`);
    if (this.names.size === 0 && lost.length === 0) return null;
    const kept = `${count(this.names.size, 'picture')} of conversations ${this.names.size === 1 ? 'is' : 'are'} kept under media/ of the run.`;
    const others = lost.length === 0 ? '' : ` Not kept, and named in the text: ${lost.join('; ')}.`;
    return { id: 'pictures', level: lost.length === 0 ? 'info' : 'warning', message: `${kept}${others}` };
  }

  private turn({ picture, ...turn }: ForeignTurn): Turn {
    if (!picture) return turn;
    const found = 'path' in picture ? this.read(picture.path) : picture;
    const name = 'bytes' in found ? this.keep(found) : this.lose(found, 'path' in picture ? picture.path : found.lost);
    return { ...turn, ...(name !== null && { media: name }) };
  }

  private keep({ bytes, name }: { bytes: Uint8Array; name: string }): string | null {
    if (this.names.has(name)) return name;
    if (this.bytes + bytes.length > mostBytes)
      return this.lose({ lost: `those before it have ${mostBytes / 1024 / 1024 / 1024} GiB` }, name);
    writePicture(this.runDir, name, bytes);
    this.names.add(name);
    this.bytes += bytes.length;
    return name;
  }

  private lose({ lost }: { lost: string }, which: string): null {
    // A picture that is not fetched names its own address in the text.
    const reason = lost.endsWith(' is not fetched') ? 'nothing is fetched from the network' : lost;
    const known = this.lost.get(reason);
    if (known) known.add(which);
    else this.lost.set(reason, new Set([which]));
    return null;
  }

  /** A file in the folder that is imported: what a log names elsewhere is not opened. */
  private read(path: string): Exclude<Picture, { path: string }> {
    try {
      const file = realpathSync(resolve(this.folder, path));
      const inside = relative(realpathSync(this.folder), file);
      if (inside.startsWith('..') || isAbsolute(inside)) return { lost: 'its file lies outside of what is imported' };
      return withFile(file, (fd, size) => {
        if (size > largestPicture) return { lost: tooLarge };
        return fromBytes(readAt(fd, 0, size));
      });
    } catch {
      return { lost: 'its file is not there or cannot be read' };
    }
  }
}
