import type { RunSeries } from '../../src/store/views.js';
import type { Range } from '../shared/charts/chartConfig.js';
import { stepsAround, type Drawing } from './curves.js';

/** What part of a run is looked at, and where the crosshair stands: the same in every chart of a board. */
export class Sight {
  /** Range of x that is shown; all when undefined. */
  range: Range | undefined;
  cursor: number | undefined;
  /** The step under the crosshair, as its label says. */
  step: number | undefined;
  /** The newest step when the pointer came over a curve: what is pointed at does not move until it leaves. */
  frozenAt: number | undefined;
  /** The steps that are asked for; all when undefined. */
  finer: { from: number; to: number } | undefined;
  /** All x there are. */
  private whole: Range | undefined;

  /**
   * @param changed called when something else is to be drawn
   * @param renew called when other steps are to be asked for
   */
  constructor(
    private readonly changed: () => void,
    private readonly renew: () => void,
  ) {}

  /** What the x axes show. */
  get axis(): Range | undefined {
    return this.range ?? this.whole;
  }

  /** @param newest the run's newest step @param x undefined when the pointer left */
  point(x: number | undefined, step: number | undefined, newest: number): void {
    this.cursor = x;
    this.step = step;
    this.frozenAt = x === undefined ? undefined : (this.frozenAt ?? newest);
    this.changed();
  }

  /** @param extent all x there are now; not of a part, and not while curves are held */
  grow(extent: () => Range | undefined): void {
    if (!this.finer && this.frozenAt === undefined) this.whole = extent();
  }

  /** @param series what is drawn, of which the part in sight gets as many points as the whole had */
  choose(range: Range | undefined, series: () => RunSeries[], { run, xUnit }: Drawing): void {
    const all = this.whole;
    const min = Math.max(all?.min ?? 0, range?.min ?? 0);
    const max = Math.min(all?.max ?? 0, range?.max ?? 0);
    if (!all || !range || min >= max || (min === all.min && max === all.max)) {
      this.showAll();
      return;
    }
    this.range = { min, max };
    this.changed();
    const drawn = series();
    if (!this.finer && drawn.every((s) => s.stride === 1)) return;
    this.finer = stepsAround(drawn, run, xUnit, this.range) ?? this.finer;
    // Finer points of the same curves do not move them.
    this.frozenAt = undefined;
    this.renew();
  }

  showAll(): void {
    this.range = this.cursor = this.step = this.frozenAt = undefined;
    this.changed();
    if (!this.finer) return;
    this.finer = undefined;
    this.renew();
  }

  /** Another run is shown. */
  forget(): void {
    this.whole = undefined;
    this.showAll();
  }
}
