import { append } from '../../core/extremes.js';
import { allRows } from '../../core/listPages.js';
import {
  beginSearch,
  exportFound,
  facetsFound,
  moreFound,
  openFind,
  type FindView,
  type Found,
  type FoundFacets,
} from '../../contracts/find.js';
import { orderOf } from '../../query/order.js';
import { search, type SearchOptions, type SearchState } from '../../store/finding/search.js';
import type { StoreClientQueries } from '../../store/questions.js';
import type { FacetName } from '../../store/views.js';
import { Disposable } from '../disposable.js';
import type { PagePanel } from '../pages/pagePanel.js';
import type { PageSources } from '../pages/sources.js';
import { requireTrust } from '../trust.js';
import { exportTo } from './exportTo.js';

/** Answers are gathered for so long, unless there is something to be shown (ms). */
const gatherMs = 80;
/** How long facets are counted (ms). */
const facetMs = 2000;
/** Pieces that are searched at the same time: readers answer other questions beside. */
const atOnce = 2;
const facets: FacetName[] = ['step', 'reward', 'tokens', 'finish', 'correct', 'answer', 'run'];

interface Running {
  states: AsyncGenerator<SearchState, void, undefined>;
  stop: AbortController;
}

/** One tab with a search: it goes on where the page asks for more, and ends when the page is hidden or searches for something else. */
export class FindTab extends Disposable {
  private running: Running | undefined;

  constructor(
    private readonly page: PagePanel,
    private readonly sources: PageSources,
  ) {
    super();
    this.register(page.panel.onDidChangeViewState(() => page.panel.visible || this.stop()));
    this.register({ dispose: () => this.stop() });
    page.panel.onDidDispose(() => this.dispose());
  }

  answer(): void {
    this.page.router
      .on(openFind, ({ run }) => this.view(run))
      .on(beginSearch, ({ filter, run, order, limit }) => {
        this.stop();
        const sort = order === undefined ? undefined : orderOf(order);
        if (order !== undefined && sort === undefined) throw new Error(`"${order}" is no number that solutions can be sorted by.`);
        this.running = this.begin({ filter, runs: runsOf(run), limit, counting: true, atOnce, ...(sort && { sort }) });
        return this.next();
      })
      .on(moreFound, () => this.next())
      .on(facetsFound, ({ filter, run }, { signal }) => this.facets({ filter, runs: runsOf(run) }, signal))
      .on(exportFound, async ({ filter, run, chosen }) => {
        requireTrust('nothing is written from it');
        await exportTo(chosen ?? { filter, runs: runsOf(run) }, this.sources.asking);
        return null;
      });
  }

  private stop(): void {
    this.running?.stop.abort(new Error('Another search has begun.'));
    this.running = undefined;
  }

  private begin(options: SearchOptions): Running {
    const stop = new AbortController();
    return { stop, states: search((signal) => this.sources.asking({ signal: AbortSignal.any([signal, stop.signal]) }), options) };
  }

  /** What comes within a moment, as one. */
  private async next(): Promise<Found> {
    const { running } = this;
    if (running === undefined) throw new Error('The search has ended.');
    const until = performance.now() + gatherMs;
    const rows: Found['rows'] = [];
    for (;;) {
      const { value, done } = await running.states.next();
      if (done === true) throw new Error('The search has ended.');
      append(rows, value.rows);
      if (rows.length > 0 || value.end !== null || performance.now() > until) return { ...numbersOf(value), rows };
    }
  }

  private async facets(what: Pick<SearchOptions, 'filter' | 'runs'>, signal: AbortSignal): Promise<FoundFacets> {
    const { states, stop } = this.begin({ ...what, limit: 0, counting: true, facets, limitMs: facetMs, atOnce });
    signal.addEventListener('abort', () => stop.abort(signal.reason));
    let last: SearchState | undefined;
    for await (const state of states) last = state;
    const { facets: counted, stepWidth } = last!;
    const counts = Object.fromEntries(Object.entries(counted).map(([name, values]) => [name, [...values]]));
    return { ...numbersOf(last!), counts, stepWidth };
  }

  private async view(id: string | undefined): Promise<FindView | null> {
    const { runs, store } = this.sources;
    const all = (await runs.all()).map(({ id, name }) => ({ id, name }));
    const detail = id === undefined ? undefined : await store.run(id);
    if (detail === null) return null;
    const run = detail ? { id: detail.id, name: detail.name } : null;
    const newest = run ?? all.at(0);
    return { run, runs: all, ...(newest ? await factNames(newest.id, store) : { rewards: [], info: [], labels: [] }) };
  }
}

const runsOf = (run: string | null): string[] | null => (run === null ? null : [run]);

const numbersOf = ({ plan, matched, unknown, seen, end }: SearchState): Omit<Found, 'rows'> => ({
  ...{ matched, unknown, seen, solutions: plan.solutions, all: plan.all, left: plan.left },
  end: end === 'limit' ? 'all' : end,
});

/** Labels of a run, and what its newest group has. */
async function factNames(run: string, store: StoreClientQueries): Promise<Pick<FindView, 'rewards' | 'info' | 'labels'>> {
  const labels = (await store.labels(run)).rows.map(({ label }) => label);
  const [step] = await allRows((before) => store.groupSteps(run, { before, limit: 1 }), 1);
  if ((step as number | undefined) === undefined) return { rewards: [], info: [], labels };
  const first = (await store.groups(run, step, { limit: 1 })).rows.at(0);
  const group = first && (await store.group(run, step, first.group));
  return { rewards: Object.keys(group?.solutions.at(0)?.rewards ?? {}), info: Object.keys(group?.info ?? {}), labels };
}
