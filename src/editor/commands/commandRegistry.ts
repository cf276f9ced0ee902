import { commands, type LogOutputChannel } from 'vscode';
import { Disposable } from '../disposable.js';
import { reportingFailure } from '../outputLog.js';
import { requireTrust } from '../trust.js';

/** As in `contributes.commands` of package.json. */
export interface DeclaredCommand {
  command: string;
  enablement?: string;
}

/**
 * Registers commands, and shows their failures to the person who gave them. A command that the manifest enables in trusted workspaces only
 * refuses to run elsewhere, because links, pages and other extensions can call it whether it is enabled or not.
 */
export class Commands extends Disposable {
  private readonly trusting: ReadonlySet<string>;

  constructor(
    private readonly log: LogOutputChannel,
    declared: readonly DeclaredCommand[],
  ) {
    super();
    this.trusting = new Set(declared.filter((c) => c.enablement?.includes('isWorkspaceTrusted')).map((c) => c.command));
  }

  /** @param what names the work in a message when it fails: "Stopping the run" */
  add(id: string, what: string, handler: (...args: unknown[]) => unknown): this {
    const guarded = (...args: unknown[]): unknown => {
      if (this.trusting.has(id)) requireTrust();
      return handler(...args);
    };
    this.register(commands.registerCommand(id, (...args: unknown[]) => reportingFailure(this.log, what, () => guarded(...args))));
    return this;
  }
}
