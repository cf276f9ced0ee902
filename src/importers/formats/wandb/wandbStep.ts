import { integer } from '../../files/json.js';
import type { WandbRecord } from '../../files/wandbLog.js';
import { stepOf } from '../../sinks/sinkMetrics.js';

/** The trainer's own step of a row of history, or wandb's. */
export const wandbStep = ({ values, step }: Extract<WandbRecord, { kind: 'history' }>): number =>
  stepOf(values, integer(values._step) ?? step ?? 0);
