/** What a run's devices held, and how fast it sampled and trained. */

export interface DeviceMemory {
  device: string;
  /** Bytes: the most that was in use when it was read. */
  peak: number;
  /** Bytes of the device; null where that was not told. */
  total: number | null;
  /** How often it was read. */
  readings: number;
}

export interface DevicesMemory {
  /** Sorted by name; of very many the first ones. Empty where nothing was measured. */
  devices: DeviceMemory[];
  moreDevices: number;
}

/** What some of a run's work came to. */
export interface Work {
  /** Null where it was not told at any of the steps. */
  tokens: number | null;
  /** What they are of. */
  sequences: number | null;
  /** In which they went through, on all devices at once; null where that was not told. */
  seconds: number | null;
}

/** Of neighbouring steps together, of those that tell both tokens and seconds. */
export interface SpeedOfSteps {
  from: number;
  to: number;
  sampling: Work;
  training: Work;
}

export interface Speed {
  steps: SpeedOfSteps[];
  /** How many steps one of them stands for at most. */
  stride: number;
  /** Of all steps together. */
  total: Pick<SpeedOfSteps, 'sampling' | 'training'>;
}
