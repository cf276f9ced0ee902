/** Names inside a run directory. */
export const layout = {
  identity: 'run.json',
  process: 'process.json',
  events: 'events',
  checkpoints: 'checkpoints',
  /** Pictures that turns show, see media.ts. */
  media: 'media',
  /** Verdicts of other checkers, see grades.ts. */
  grades: 'grades',
  /** Labels and notes of people, see labels.ts. */
  labels: 'labels',
  /** Findings about the run by processes other than its writer, see watch.ts. */
  watch: 'watch',
  /** What was found when the run was examined last, see examination/lastExamination.ts. */
  doctor: 'doctor.json',
  stdout: 'stdout.log',
  stderr: 'stderr.log',
  /** Its presence asks the trainer to finish the step, write a checkpoint and end. Works on every system and over shared file systems. */
  stopRequest: 'stop.request',
  /** Held by who writes the events while others might, too; by the rules of launch/targets/local/lock.ts. */
  writerLock: 'writer.lock',
} as const;

/** `events/000001.ndjson`, … : a new segment per process and per 64 MiB. */
export const segmentName = (index: number): string => `${String(index).padStart(6, '0')}.ndjson`;
