/** Who worked when, and who waited for whom: sums over the spans of a run. Pure. */

/** Spans as columns: `lane[i]` and `name[i]` are indices, `start[i]` ≤ `end[i]` are milliseconds. In any order. */
export interface SpanColumns {
  lane: ArrayLike<number>;
  name: ArrayLike<number>;
  step: ArrayLike<number>;
  start: ArrayLike<number>;
  end: ArrayLike<number>;
}

/** How the time from a lane's first span to its last is spent: `busy` + `waiting` + `alone` add up to it. Milliseconds. */
export interface LaneTimes {
  first: number;
  last: number;
  spans: number;
  /** By name: what it did. Time with several spans at once is divided evenly among them. */
  busy: number[];
  /** By name: what the others did meanwhile. Where they did several things, divided evenly among the lanes that worked. */
  waiting: number[];
  /** No span of any lane tells what went on. */
  alone: number;
}

/** How the time of a step is spent, summed over lanes. Milliseconds. */
export interface StepTimes {
  step: number;
  first: number;
  last: number;
  /** By name, of the step's own spans. */
  busy: number[];
  /** Time in which lanes did nothing, between the step's first span and its last; each lane counts from its own first span to its last. */
  waiting: number;
}

export interface SpanTimes {
  lanes: LaneTimes[];
  /** Ascending. */
  steps: StepTimes[];
}

/** @param lanes @param names how many there are of each */
export function spanTimes(spans: SpanColumns, lanes: number, names: number): SpanTimes {
  const { lane, name, step, start, end } = spans;
  const n = start.length;
  const sums = Array.from({ length: lanes }, () => new LaneSums(names));
  const steps = new Map<number, StepTimes>();
  for (let i = 0; i < n; i++) {
    const of = sums[lane[i]];
    of.times.first = Math.min(of.times.first, start[i]);
    of.times.last = Math.max(of.times.last, end[i]);
    of.times.spans++;
    const found = steps.get(step[i]);
    if (found) {
      found.first = Math.min(found.first, start[i]);
      found.last = Math.max(found.last, end[i]);
    } else steps.set(step[i], { step: step[i], first: start[i], last: end[i], busy: zeros(names), waiting: 0 });
  }

  const others = new Others(names);
  /** Lane-milliseconds in which living lanes did nothing, up to now; and what it came to when each step began. */
  let idle = 0;
  let alive = 0;
  const idleAtStart = new Map<number, number>();
  let now = 0;
  for (const event of boundaries(start, end)) {
    const i = event >> 1;
    const begins = (event & 1) === 0;
    const at = begins ? start[i] : end[i];
    const of = sums[lane[i]];
    if (at > now) {
      idle += (alive - others.working) * (at - now);
      others.pass(at - now);
      now = at;
    }
    if (begins && of.begun === 0) alive++;
    of.pass(at, others, steps);
    const own = steps.get(step[i])!;
    if (begins && at === own.first && !idleAtStart.has(own.step)) idleAtStart.set(own.step, idle);
    if (!begins && at === own.last) own.waiting = idle - idleAtStart.get(own.step)!;
    others.leave(of);
    of.change(name[i], step[i], begins ? 1 : -1);
    others.join(of);
    of.mark(at, others);
    if (of.isOver) alive--;
  }
  return {
    lanes: sums.map((s) => s.times),
    steps: [...steps.values()].sort((a, b) => a.step - b.step),
  };
}

const zeros = (n: number): number[] => new Array<number>(n).fill(0);

/** Beginnings (2i) and ends (2i + 1) of spans in the order of time; at one instant spans begin before others end, so that none ends unbegun. */
function boundaries(start: ArrayLike<number>, end: ArrayLike<number>): Uint32Array {
  const n = start.length;
  const order = new Uint32Array(2 * n);
  for (let i = 0; i < 2 * n; i++) order[i] = i;
  const at = (event: number): number => ((event & 1) === 0 ? start[event >> 1] : end[event >> 1]);
  return order.sort((a, b) => at(a) - at(b) || (a & 1) - (b & 1) || a - b);
}

/** One lane while time passes. */
class LaneSums {
  readonly times: LaneTimes;
  /** Spans that go on. */
  active = 0;
  /** Spans that have begun. */
  begun = 0;
  /** By name and step, which are a key together. */
  private readonly going = new Map<number, { name: number; step: number; n: number }>();
  private since = 0;
  private readonly waitingBefore: number[];
  private aloneBefore = 0;

  constructor(names: number) {
    this.times = { first: Infinity, last: -Infinity, spans: 0, busy: zeros(names), waiting: zeros(names), alone: 0 };
    this.waitingBefore = zeros(names);
  }

  get isOver(): boolean {
    return this.active === 0 && this.begun === this.times.spans;
  }

  /** Counts the time since the last change. */
  pass(now: number, others: Others, steps: ReadonlyMap<number, StepTimes>): void {
    const { times } = this;
    if (this.active > 0) {
      const share = (now - this.since) / this.active;
      if (share > 0)
        for (const { name, step, n } of this.going.values()) {
          times.busy[name] += share * n;
          steps.get(step)!.busy[name] += share * n;
        }
    } else if (this.begun > 0) {
      for (let k = 0; k < times.waiting.length; k++) times.waiting[k] += others.worked[k] - this.waitingBefore[k];
      times.alone += others.nobody - this.aloneBefore;
    }
  }

  change(name: number, step: number, by: 1 | -1): void {
    if (by === 1) this.begun++;
    this.active += by;
    const key = step * this.waitingBefore.length + name;
    const found = this.going.get(key);
    if (!found) this.going.set(key, { name, step, n: by });
    else if ((found.n += by) === 0) this.going.delete(key);
  }

  /** From here on time is counted. */
  mark(now: number, others: Others): void {
    this.since = now;
    if (this.active > 0) return;
    for (let k = 0; k < this.waitingBefore.length; k++) this.waitingBefore[k] = others.worked[k];
    this.aloneBefore = others.nobody;
  }

  /** What share of this lane each name has now. */
  *shares(): Generator<[name: number, share: number]> {
    for (const { name, n } of this.going.values()) yield [name, n / this.active];
  }
}

/** What the working lanes do, from the beginning up to now. */
class Others {
  working = 0;
  /** Milliseconds by name. */
  readonly worked: number[];
  nobody = 0;
  private readonly now: number[];

  constructor(names: number) {
    this.worked = zeros(names);
    this.now = zeros(names);
  }

  pass(ms: number): void {
    if (this.working === 0) this.nobody += ms;
    else for (let k = 0; k < this.now.length; k++) this.worked[k] += (ms * this.now[k]) / this.working;
  }

  leave(lane: LaneSums): void {
    this.add(lane, -1);
  }

  join(lane: LaneSums): void {
    this.add(lane, 1);
  }

  private add(lane: LaneSums, sign: 1 | -1): void {
    if (lane.active === 0) return;
    this.working += sign;
    for (const [name, share] of lane.shares()) this.now[name] += sign * share;
    // What adding and taking away leaves of nothing is nothing.
    if (this.working === 0) this.now.fill(0);
  }
}
