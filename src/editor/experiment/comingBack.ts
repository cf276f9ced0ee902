import { window } from 'vscode';
import { isLive } from '../../store/views.js';
import { Disposable } from '../disposable.js';
import type { Pages } from '../pages/pages.js';
import type { Runs } from '../runs.js';
import { settings } from '../settings.js';
import type { Follow } from './follow.js';

/** What trained before a window opened is heard of within this time. */
const returnMs = 10_000;
/** The files that a window opens with come a moment after its extensions; it may open with none. */
const patienceMs = 2000;

/** A window that opens on a folder where something trains shows it, where the setting says so and no dashboard is there yet. */
export class ComingBack extends Disposable {
  private readonly opened = new Date().toISOString();

  constructor(
    private readonly runs: Runs,
    private readonly pages: Pages,
    private readonly follow: Follow,
  ) {
    super();
    if (!settings.dashboardOnReturn()) return;
    const timer = setTimeout(() => this.dispose(), returnMs);
    this.register({ dispose: () => clearTimeout(timer) });
    this.register(
      runs.onDidUpdate((updates) => {
        const live = updates.find(({ after }) => after && isLive(after.state) && after.created < this.opened);
        if (!live) return;
        this.dispose();
        void this.show(live.id);
      }),
    );
  }

  private async show(run: string): Promise<void> {
    await firstEditor();
    // The index catches up while a window opens: a run that has ended meanwhile is none to come back to.
    const now = await this.runs.get(run);
    if (now && isLive(now.state) && !this.pages.hasTab('dashboard')) await this.follow.openBeside(run);
  }
}

async function firstEditor(): Promise<void> {
  if (window.activeTextEditor) return;
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
