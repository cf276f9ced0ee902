import { Worker, type WorkerOptions } from 'node:worker_threads';
import { freePlace, stopped, withPlace } from './uninterrupted.js';

/** A thread that can be ended at any time, though it compresses or decompresses: see `uninterrupted`, within which it has to. */
export class EndableThread extends Worker {
  /** Undefined once it has ended. */
  private place: number | undefined;
  private readonly exited = new Promise<void>((resolve) => this.once('exit', () => resolve()));

  static start(file: string, options: WorkerOptions = {}): EndableThread {
    const { made, place } = withPlace(() => new EndableThread(file, options));
    made.place = place;
    made.once('exit', () => {
      if (made.place !== undefined) freePlace(made.place);
      made.place = undefined;
    });
    return made;
  }

  override async terminate(): Promise<number> {
    if (this.place !== undefined) await Promise.race([stopped(this.place), this.exited]);
    return super.terminate();
  }
}
