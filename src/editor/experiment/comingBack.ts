import { join } from 'node:path';
import { window } from 'vscode';
import { isLive } from '../../store/views.js';
import { Disposable } from '../disposable.js';
import type { Labs } from '../labs.js';
import type { Pages } from '../pages/pages.js';
import type { Runs } from '../runs.js';
import { settings } from '../settings.js';
import type { Follow } from './followExperiment.js';
import { textInFront } from './inFront.js';

/** Runs that were going before the window opened are reported within this time. Milliseconds. */
const returnMs = 10_000;
/** How long to wait for the first editor of a window, which comes a moment after its extensions; there may be none. Milliseconds. */
const patienceMs = 2000;

/** A window that opens on a folder where something trains shows it, where the setting says so and no dashboard is there yet. */
export class ComingBack extends Disposable {
  private readonly opened = new Date().toISOString();

  constructor(
    private readonly runs: Runs,
    private readonly labs: Labs,
    private readonly pages: Pages,
    private readonly follow: Follow,
  ) {
    super();
    if (!settings.dashboardOnReturn()) return;
    const timer = setTimeout(() => this.dispose(), returnMs);
    this.register({ dispose: () => clearTimeout(timer) });
    this.register(
      runs.onDidUpdate((updates) => {
        for (const { after } of updates) if (after && isLive(after.state) && after.created < this.opened) void this.show(after.id);
      }),
    );
  }

  private async show(run: string): Promise<void> {
    if ((await this.hasEnded(run)) || this.disposed) return;
    this.dispose();
    await firstEditor();
    // The index catches up while a window opens: a run that has ended meanwhile is none to come back to.
    const now = await this.runs.get(run);
    if (now && isLive(now.state) && !this.pages.hasTab('dashboard')) await this.follow.openBeside(run);
  }

  /**
   * Looked up in its directory, because the index still catches up: a run that has ended would look as if it trained, and hide the one that
   * does.
   */
  private async hasEnded(run: string): Promise<boolean> {
    const lab = await this.labs.labOf(run);
    const { readJob } = await import('../../protocol/jobRecord.js');
    try {
      return Boolean(lab && readJob(join(lab.runsDir, run))?.ended);
    } catch {
      return false; // what is wrong with the file is told where the run is shown
    }
  }
}

async function firstEditor(): Promise<void> {
  if (textInFront()) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, patienceMs);
    const listening = window.onDidChangeActiveTextEditor((editor) => editor && done());
    function done(): void {
      clearTimeout(timer);
      listening.dispose();
      resolve();
    }
  });
}
