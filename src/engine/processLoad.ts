/** What this process takes of the machine. */
export interface ProcessLoad {
  /** Resident memory in bytes. */
  memory: number;
  /** Processor time over time passed: 2 where two cores were busy all the time. */
  cores: number;
}

/** Measures from one call to the next. */
export class LoadMeter {
  private before = { time: performance.now(), cpu: process.cpuUsage() };

  read(): ProcessLoad {
    const { before } = this;
    const time = performance.now();
    const cpu = process.cpuUsage();
    this.before = { time, cpu };
    const busy = (cpu.user - before.cpu.user + cpu.system - before.cpu.system) / 1000;
    return { memory: process.memoryUsage.rss(), cores: busy / (time - before.time) };
  }
}
