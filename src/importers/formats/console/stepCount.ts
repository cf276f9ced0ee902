/**
 * Which step an entry of a log belongs to, where the entry does not say it: transformers prints no step, but its progress bar, drawn
 * before the entry, shows one. Between bars entries are counted on.
 */
export class StepCount {
  /** The last entry's. */
  last = 0;
  /** Steps that the bar goes up to. */
  total: number | null = null;
  entries = 0;
  /** Entries at whose steps no bar stood. */
  counted = 0;
  /** The bar's, since the last entry. */
  private bar: number | null = null;
  /** The training is over: a bar that is drawn now may be another training's, or an evaluation's. */
  private ended = false;

  /** @param stride steps from one entry to the next (`logging_steps`) where no bar shows them */
  constructor(readonly stride = 1) {}

  /** A bar of another length, such as an evaluation's, shows no step of the training. */
  drawn(at: number, of: number): void {
    if (this.ended) this.total = of;
    else this.total ??= of;
    if (of === this.total) this.bar = at;
  }

  /**
   * @param inEntry the step that the entry says itself
   * @returns the entry's step, lower than `last` was where the training has begun again; and the stride that all entries before must
   * have had, when that is another one
   */
  next(inEntry: number | null): { step: number; stride: number | null } {
    const shown = inEntry === null && this.bar !== null && this.bar > 0 && this.bar !== this.last ? this.bar : null;
    const step = inEntry ?? shown ?? (this.bar === 0 ? 0 : this.last) + this.stride;
    this.entries++;
    const allCounted = this.counted > 0 && this.counted === this.entries - 1;
    const stride = shown !== null && allCounted ? shown / this.entries : this.stride;
    if (inEntry === null && shown === null) this.counted++;
    this.last = step;
    this.bar = null;
    this.ended = false;
    return { step, stride: stride !== this.stride && Number.isInteger(stride) ? stride : null };
  }

  /** The step of what is told of an evaluation, or of the training as a whole. */
  get before(): number {
    return this.ended ? this.last : Math.max(this.last, this.bar ?? 0);
  }

  end(): void {
    this.ended = true;
    this.bar = null;
  }
}
