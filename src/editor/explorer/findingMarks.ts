import { EventEmitter, FileDecoration, ThemeColor, Uri, type Event, type FileDecorationProvider } from 'vscode';
import { foremost, lastExaminationText } from '../../examination/lastExaminationText.js';
import { Disposable } from '../disposable.js';
import type { Diagnoses } from '../doctor/diagnoses.js';
import type { Runs } from '../runs.js';

const scheme = 'grpo-lab-findings';

/** What a run's row is marked by: it leads nowhere. */
export const findingsUri = (run: string): Uri => Uri.from({ scheme, path: `/${run}` });

/** How many findings a run has, beside its row; in the colour of warnings where one is serious. */
export class FindingMarks extends Disposable implements FileDecorationProvider {
  private readonly changed = this.register(new EventEmitter<Uri>());
  readonly onDidChangeFileDecorations: Event<Uri> = this.changed.event;

  constructor(
    private readonly runs: Runs,
    private readonly diagnoses: Pick<Diagnoses, 'summary' | 'onDidLearn'>,
  ) {
    super();
    this.register(diagnoses.onDidLearn((run) => this.changed.fire(findingsUri(run))));
  }

  async provideFileDecoration(uri: Uri): Promise<FileDecoration | undefined> {
    const run = uri.scheme === scheme ? await this.runs.get(uri.path.slice(1)) : undefined;
    const last = run && this.diagnoses.summary(run);
    if (!run || !last) return undefined;
    const first = foremost(last);
    if (first === undefined) return undefined;
    const { length } = last.findings;
    const color = first.serious === true ? new ThemeColor('list.warningForeground') : undefined;
    return new FileDecoration(length > 9 ? '9+' : String(length), `Doctor: ${lastExaminationText(last, run.step)}`, color);
  }
}
