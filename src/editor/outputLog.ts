import { window, type LogOutputChannel } from 'vscode';
import { messageOf } from '../core/messageOf.js';

/** The output channel "GRPO Lab": what went wrong in full, for when a message's one line is not enough. */
export const createLog = (): LogOutputChannel => window.createOutputChannel('GRPO Lab', { log: true });

/**
 * Runs the work of a command. A failure is logged in full and shown in one line, with a button that opens the log.
 * @param what names the work in that line: "Stopping the run"
 * @returns undefined when the work failed
 */
export async function reportingFailure<T>(log: LogOutputChannel, what: string, work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    log.error(what, error instanceof Error ? error : String(error));
    void offerLog(log, `${what}: ${messageOf(error)}`);
    return undefined;
  }
}

async function offerLog(log: LogOutputChannel, message: string): Promise<void> {
  const show = 'Show Output';
  if ((await window.showErrorMessage(message, show)) === show) log.show();
}
