import { languages, workspace, type TextDocument } from 'vscode';
import type { StoreClientQueries } from '../../store/questions.js';
import { Disposable } from '../disposable.js';
import { experimentDocuments, type ExperimentFiles } from '../experimentFiles.js';
import type { Runs } from '../runs.js';

/** Diagnostics, completion, lenses and hovers: loaded with the first experiment that is opened, for they need parser and schema. */
export class LanguageFeatures extends Disposable {
  constructor(files: ExperimentFiles, runs: Runs, store: StoreClientQueries) {
    super();
    const opened = this.register(
      workspace.onDidOpenTextDocument((document) => {
        if (isOurs(document)) begin();
      }),
    );
    const begin = (): void => {
      opened.dispose();
      void this.load(files, runs, store);
    };
    if (workspace.textDocuments.some(isOurs)) begin();
  }

  private async load(files: ExperimentFiles, runs: Runs, store: StoreClientQueries): Promise<void> {
    const [{ ExperimentDiagnostics }, { ExperimentCompletion }, { ExperimentLenses }, { KeyHover }] = await Promise.all([
      import('./diagnostics.js'),
      import('./completionProvider.js'),
      import('./codeLens.js'),
      import('./keyHover.js'),
    ]);
    if (this.disposed) return;
    this.register(new ExperimentDiagnostics(files));
    this.register(new ExperimentCompletion());
    this.register(new ExperimentLenses(runs));
    this.register(new KeyHover(runs, store));
  }
}

/** Copies of what an experiment was have lenses and hovers too. */
const isOurs = (document: TextDocument): boolean => languages.match(experimentDocuments, document) > 0;
