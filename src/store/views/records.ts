/** What else a run's events tell: checkpoints, log lines, and what could not be read. */

export interface CheckpointView {
  step: number;
  path: string;
  bytes: number;
  time: string;
}

export interface ProblemView {
  file: string;
  line: number;
  reason: string;
}

export interface LogLine {
  time: string;
  level: 'debug' | 'info' | 'warning' | 'error';
  message: string;
  step: number | null;
}
