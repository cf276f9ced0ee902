import { commands, ViewColumn, window, type TextEditor, type Uri } from 'vscode';
import { Disposable } from '../disposable.js';
import { belongs } from '../explorer/experimentNode.js';
import type { ExperimentFiles } from '../experimentFiles.js';
import type { Pages } from '../pages/pages.js';
import type { Runs } from '../runs.js';
import { settings } from '../settings.js';
import { isExperiment } from './diagnostics.js';

/** The dashboard in sight shows the experiment that is being edited. */
export class Follow extends Disposable {
  constructor(
    private readonly files: ExperimentFiles,
    private readonly runs: Runs,
    private readonly pages: Pages,
  ) {
    super();
    this.register(window.onDidChangeActiveTextEditor((editor) => void this.follow(editor)));
    this.mark(window.activeTextEditor);
  }

  /** The newest run of an experiment file. */
  async newestRun(uri: Uri): Promise<string | undefined> {
    const file = await this.files.find(uri);
    return file && (await this.runs.all()).find((r) => belongs(r, file))?.id;
  }

  /** Opens the dashboard of a run beside the editor of its experiment, which keeps the focus. */
  async openBeside(run: string): Promise<void> {
    const editor = window.activeTextEditor;
    const beside = editor && isExperiment(editor.document);
    const column = this.pages.visibleDashboard()?.panel.viewColumn ?? (beside ? columnBeside(editor) : undefined);
    await this.pages.open({ run }, { preserveFocus: true, ...(column !== undefined && { column }) });
  }

  private async follow(editor: TextEditor | undefined): Promise<void> {
    this.mark(editor);
    const page = this.pages.visibleDashboard();
    if (!page || !editor || !isExperiment(editor.document) || !settings.dashboardFollows()) return;
    if (page.panel.viewColumn === editor.viewColumn) return;
    const file = await this.files.find(editor.document.uri);
    const own = file ? (await this.runs.all()).filter((r) => belongs(r, file)) : [];
    // A run of this experiment that was chosen by hand stays.
    const newest = own.at(0);
    if (newest && !own.some((r) => r.id === page.address.run)) {
      await this.pages.open({ run: newest.id }, { preserveFocus: true, ...(page.panel.viewColumn && { column: page.panel.viewColumn }) });
    }
  }

  /** For the buttons in the editor's title. */
  private mark(editor: TextEditor | undefined): void {
    void commands.executeCommand('setContext', 'grpoLab.experimentActive', editor !== undefined && isExperiment(editor.document));
  }
}

const columnBeside = ({ viewColumn }: TextEditor): number => (viewColumn === undefined ? ViewColumn.Beside : viewColumn + 1);
