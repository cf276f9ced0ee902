import type { Uri } from 'vscode';
import {
  CodeAction,
  CodeActionKind,
  Diagnostic,
  DiagnosticSeverity,
  languages,
  workspace,
  WorkspaceEdit,
  type CodeActionContext,
  type CodeActionProvider,
  type Range,
  type TextDocument,
} from 'vscode';
import { parseExperiment, type ExperimentProblem } from '../../experiment/parse.js';
import { Disposable } from '../disposable.js';
import { experimentDocuments, isExperiment, type ExperimentFiles } from '../experimentFiles.js';
import type { ListedExperiment } from './describe.js';
import { vsRange } from './ranges.js';

/** Soon enough to feel live, late enough not to nag at every key. */
const TYPING_MS = 250;

/** A diagnostic that knows the text which would make it right. */
class ExperimentDiagnostic extends Diagnostic {
  readonly suggestion: string | undefined;

  constructor(p: ExperimentProblem) {
    super(vsRange(p.range), p.message, p.severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning);
    this.source = 'GRPO Lab';
    this.suggestion = p.suggestion;
    if (p.path.length > 0) this.code = p.path.join('.');
  }
}

/** Problems of open experiment files, at their exact places, with the nearest known word as a quick fix. */
export class ExperimentDiagnostics extends Disposable implements CodeActionProvider {
  private readonly collection = this.register(languages.createDiagnosticCollection('grpoLab'));
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly diagnostics = new Map<string, ExperimentDiagnostic[]>();

  /** What the open files may build on, as it is on disk. */
  private others: ListedExperiment[] = [];

  constructor(private readonly files: ExperimentFiles) {
    super();
    this.register(files.onDidChange(() => void this.readOthers()));
    this.register(workspace.onDidOpenTextDocument((d) => this.check(d)));
    this.register(workspace.onDidChangeTextDocument((e) => this.checkSoon(e.document)));
    this.register(workspace.onDidCloseTextDocument((d) => this.clear(d.uri)));
    this.register(languages.registerCodeActionsProvider(experimentDocuments, this, { providedCodeActionKinds: [CodeActionKind.QuickFix] }));
    this.register({ dispose: () => this.timers.forEach((t) => clearTimeout(t)) });
    for (const d of workspace.textDocuments) this.check(d);
    void this.readOthers();
  }

  private async readOthers(): Promise<void> {
    this.others = await this.files.all();
    for (const d of workspace.textDocuments) this.check(d);
  }

  provideCodeActions(document: TextDocument, range: Range, context: CodeActionContext): CodeAction[] {
    if (context.only && !CodeActionKind.QuickFix.contains(context.only)) return [];
    const here = (this.diagnostics.get(document.uri.toString()) ?? []).filter((d) => d.range.intersection(range));
    return here.flatMap((d) => {
      if (d.suggestion === undefined) return [];
      const fix = new CodeAction(`Change to "${d.suggestion}"`, CodeActionKind.QuickFix);
      fix.edit = new WorkspaceEdit();
      fix.edit.replace(document.uri, d.range, d.suggestion);
      fix.diagnostics = [d];
      fix.isPreferred = true;
      return [fix];
    });
  }

  private checkSoon(document: TextDocument): void {
    if (!isExperiment(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        if (!document.isClosed) this.check(document);
      }, TYPING_MS),
    );
  }

  private check(document: TextDocument): void {
    if (!isExperiment(document) || this.disposed) return;
    const others = this.others.flatMap(({ uri, experiment }) =>
      uri.toString() !== document.uri.toString() && experiment ? [experiment] : [],
    );
    const diagnostics = parseExperiment(document.getText(), others).problems.map((p) => new ExperimentDiagnostic(p));
    this.diagnostics.set(document.uri.toString(), diagnostics);
    this.collection.set(document.uri, diagnostics);
  }

  private clear(uri: Uri): void {
    clearTimeout(this.timers.get(uri.toString()));
    this.timers.delete(uri.toString());
    this.diagnostics.delete(uri.toString());
    this.collection.delete(uri);
  }
}
