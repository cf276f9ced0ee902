import { commands, type LogOutputChannel } from 'vscode';
import { Disposable } from '../disposable.js';
import { told } from '../log.js';

/** Commands whose failures are told to the person who gave them. */
export class Commands extends Disposable {
  constructor(private readonly log: LogOutputChannel) {
    super();
  }

  /** @param what names the work in a message when it fails: "Stopping the run" */
  add(id: string, what: string, handler: (...args: unknown[]) => unknown): this {
    this.register(commands.registerCommand(id, (...args: unknown[]) => told(this.log, what, () => handler(...args))));
    return this;
  }
}
