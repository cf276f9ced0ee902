/** How the command line ends. */
export const exit = {
  ok: 0,
  /** The run failed, died, or something could not be done. */
  failed: 1,
  /** Wrong usage, or an experiment file with errors. */
  usage: 2,
  /** `grpo-lab doctor` or `grpo-lab preflight` found something. */
  findings: 3,
  /** Ctrl-C, or a run that was stopped. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exit)[keyof typeof exit];

/** Something a person can put right: shown as one line, without a stack. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly code: ExitCode = exit.failed,
  ) {
    super(message);
    this.name = 'CliError';
  }
}
