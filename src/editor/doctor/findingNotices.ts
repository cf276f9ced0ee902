import { commands, window, workspace, type LogOutputChannel } from 'vscode';
import { messageOf } from '../../core/messageOf.js';
import type { Finding } from '../../doctor/doctor.js';
import { isLive } from '../../store/views.js';
import { Disposable } from '../disposable.js';
import type { Runs } from '../runs.js';
import { settings } from '../settings.js';
import type { Diagnosed, Diagnoses } from './diagnoses.js';
import { findingNotice, postFinding } from './webhook.js';

/** Says once for each run that goes on that something serious was found, and posts each such finding where the person wants it. */
export class FindingNotices extends Disposable {
  /** Findings that are no news any more, by run. */
  private readonly known = new Map<string, Set<string>>();

  constructor(
    diagnoses: Pick<Diagnoses, 'onDidExamine'>,
    private readonly runs: Pick<Runs, 'get'>,
    private readonly log: LogOutputChannel,
    /** Whether a page of a run is to be seen. */
    private readonly inSight: (run: string) => boolean,
  ) {
    super();
    this.register(
      diagnoses.onDidExamine(
        (diagnosed) => void this.hear(diagnosed).catch((error: unknown) => log.error(`A finding was not told: ${messageOf(error)}`)),
      ),
    );
  }

  private async hear({ run: id, examined, before }: Diagnosed): Promise<void> {
    // What stood in the run's folder was told by whoever found it.
    const former = before?.findings.filter(({ serious }) => serious === true).map((f) => f.id) ?? [];
    const known = this.known.get(id) ?? new Set(former);
    this.known.set(id, known);
    const isFirst = known.size === 0;
    const fresh = examined.findings.filter((f) => f.serious && !known.has(f.id));
    for (const finding of fresh) known.add(finding.id);
    if (fresh.length === 0) return;
    const run = await this.runs.get(id);
    if (!run || !isLive(run.state)) return;
    for (const finding of fresh) this.post(findingNotice(run, finding));
    if (isFirst && settings.notifyOfFindings() && !this.inSight(id)) await this.say(id, run.name, fresh[0]);
  }

  private async say(id: string, name: string, finding: Finding): Promise<void> {
    const open = 'Open Doctor';
    const chosen = await window.showWarningMessage(`${name}: ${finding.name} since step ${finding.onset}.`, open);
    if (chosen === open) await commands.executeCommand('grpoLab.run.openDoctor', id);
  }

  /** Nobody waits for it; where it fails, the output says why. */
  private post(notice: ReturnType<typeof findingNotice>): void {
    const url = settings.doctorWebhook();
    if (url === '' || !workspace.isTrusted) return;
    void postFinding(url, notice).catch((error: unknown) =>
      this.log.warn(`Posting a finding to grpoLab.doctor.webhook: ${messageOf(error)}`),
    );
  }
}
