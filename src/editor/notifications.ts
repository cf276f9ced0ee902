import { commands, window } from 'vscode';
import type { StoreClientQueries } from '../store/questions.js';
import { isLive } from '../store/views.js';
import { Disposable } from './disposable.js';
import type { Runs, RunUpdate } from './runs.js';
import { settings } from './settings.js';
import { firstLine, headline } from '../words/runText.js';

/** Notifies when a live run has ended: after a failure with its last error line and what can be done; after success in one line. */
export class Notifications extends Disposable {
  private readonly begun = Date.now();

  constructor(
    runs: Runs,
    private readonly store: StoreClientQueries,
    /** Whether a page of a run is to be seen. */
    private readonly inSight: (run: string) => boolean,
  ) {
    super();
    this.register(runs.onDidUpdate((updates) => updates.forEach((u) => void this.tell(u))));
  }

  private async tell({ before, after }: RunUpdate): Promise<void> {
    if (!before || !after || !isLive(before.state) || isLive(after.state)) return;
    if (after.state === 'finished') {
      // Its end lies before this window: an index that is read anew comes upon it only now.
      if (Date.parse(after.updated) < this.begun) return;
      // Whoever looks at it sees it end; and what was imported has not trained here: its dashboard opens as soon as it is read.
      if (!settings.notifyWhenFinished() || this.inSight(after.id) || after.importedFrom !== null) return;
      const open = 'Open Dashboard';
      const result = [`${after.name} has finished`, headline(after)].filter(Boolean).join(': ');
      if ((await window.showInformationMessage(`${result}.`, open)) === open) await commands.executeCommand('grpoLab.run.open', after.id);
      return;
    }
    if (after.state === 'stopped') return;
    const tail = (await this.store.run(after.id))?.tail ?? [];
    const why = firstLine(tail.findLast((line) => line.trim() !== '') ?? after.message, 200);
    const [showLog, resume] = ['Show Log', 'Resume'];
    const message = `${after.name} ended at step ${after.step}${why ? `: ${why}` : '.'}`;
    const chosen = await window.showErrorMessage(message, showLog, resume);
    if (chosen === showLog) await commands.executeCommand('grpoLab.run.openLog', after.id);
    if (chosen === resume) await commands.executeCommand('grpoLab.run.resume', after.id);
  }
}
