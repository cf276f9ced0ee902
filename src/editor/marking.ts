import { workspace } from 'vscode';
import type { MarkAuthor, MarkOutcome } from '../contracts/everyPage.js';
import type { MarkChange } from '../labelling/changeMarks.js';
import type { RunAddress } from '../protocol/address.js';
import type { Labs } from './labs.js';
import { settings } from './settings.js';
import { requireTrust } from './trust.js';

/** Labels and notes, as a person of this window gives them. */
export class Marking {
  /** By folder and setting: git is asked once. */
  private readonly authors = new Map<string, Promise<MarkAuthor>>();

  constructor(private readonly labs: Labs) {}

  /** In whose name they are written of a run; null in a workspace that is not trusted. */
  async author(run: string): Promise<MarkAuthor | null> {
    if (!workspace.isTrusted) return null;
    const folder = (await this.labs.labOf(run))?.folder;
    if (folder === undefined) return null;
    const name = settings.author();
    const key = JSON.stringify([folder, name]);
    let found = this.authors.get(key);
    if (found === undefined) {
      found = import('../labelling/author.js').then(({ authorIn }) => authorIn(folder, { name, from: 'grpoLab.author' }));
      this.authors.set(key, found);
    }
    return found;
  }

  /** @throws in a workspace that is not trusted, for the files are the workspace's; or where they cannot be written */
  async mark({ addresses, ...change }: MarkChange & { addresses: readonly RunAddress[] }): Promise<MarkOutcome> {
    requireTrust('no label is written into it');
    const { changeMarks } = await import('../labelling/changeMarks.js');
    const { labelOf } = await import('../protocol/labelName.js');
    const names = [...change.add, ...change.remove];
    if (names.some((name) => labelOf(name) !== name)) throw new Error('These are not names of labels.');
    const outcome: MarkOutcome = { marked: 0, absent: 0, author: { name: '', from: '' } };
    for (const [run, targets] of Map.groupBy(addresses, (a) => a.run)) {
      const detail = await this.labs.ask.run(run);
      const author = await this.author(run);
      if (!detail || !author) throw new Error(`There is no run ${run} here any more.`);
      const { marked, absent } = await changeMarks(this.labs.ask, {
        run,
        directory: detail.directory,
        author: author.name,
        targets,
        change,
      });
      await this.labs.catchUp(run);
      outcome.marked += marked;
      outcome.absent += absent;
      outcome.author = author;
    }
    return outcome;
  }
}
