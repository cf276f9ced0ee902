/** Measures the store; `store.mjs` bundles and runs it. Writes its numbers as one line of JSON. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mulberry32 } from '../../src/core/mulberry32.js';
import type { EventBody } from '../../src/protocol/events.js';
import { eventsFolder, listSegments } from '../../src/protocol/segments.js';
import { StoreClient } from '../../src/store/client.js';
import { placeDatabase } from '../../src/store/placement.js';
import { openDatabase, type Sqlite } from '../../src/store/sqlite.js';
import { Store } from '../../src/store/store.js';
import { aRun, aStep } from '../builders/aRun.js';

const [worker = '', base = mkdtempSync(join(tmpdir(), 'grpo-lab-bench-'))] = process.argv.slice(2);
const shape = { groups: 16, size: 16, textLength: 250 };
/** Not among the databases of the person who measures. */
const dataFolder = join(base, 'data');
const solutionsPerStep = shape.groups * shape.size;

/** A folder of its own over the runs in `runs`. */
function aRoot(name: string, runs: string): string {
  const root = join(base, name);
  mkdirSync(root);
  symlinkSync(runs, join(root, 'runs'));
  return root;
}

const opinion = mulberry32(2);

/** A reward model's opinion beside each verdict. */
const withOpinions = (event: EventBody): EventBody =>
  event.type === 'group'
    ? { ...event, solutions: event.solutions.map((s) => ({ ...s, rewards: { ...s.rewards, reward_model: opinion() } })) }
    : event;

function writeRun(runs: string, steps: number): void {
  mkdirSync(runs);
  const run = aRun('bench').write(runs);
  for (let step = 1; step <= steps; step += 20)
    run.append(
      ...Array.from({ length: Math.min(20, steps - step + 1) }, (_, i) =>
        aStep(step + i, shape.groups, shape.size, shape.textLength).map(withOpinions),
      ).flat(),
    );
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const quantile = (values: number[], q: number): number =>
  values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))];

async function timeIngest(runs: string, round: number): Promise<{ seconds: number; root: string }> {
  const root = aRoot(`ingest-${round}`, runs);
  const store = await Store.open({ root, dataFolder });
  const begun = performance.now();
  store.catchUp();
  const seconds = (performance.now() - begun) / 1000;
  store.close();
  return { seconds, root };
}

/** Inserts rows in transactions of as many bytes as the ingest's, and nothing else; only the inserts are timed. */
class BareInserts {
  seconds = 0;
  private batch: unknown[][] = [];
  private bytes = 0;

  constructor(
    private readonly db: Sqlite,
    private readonly sql: string,
  ) {}

  add(row: unknown[], bytes: number): void {
    this.batch.push(row);
    this.bytes += bytes;
    if (this.bytes > 4 * 1024 * 1024) this.write();
  }

  write(): void {
    const insert = this.db.prepare(this.sql);
    const begun = performance.now();
    this.db.transaction(() => {
      for (const row of this.batch) insert.run(...row);
    })();
    this.seconds += (performance.now() - begun) / 1000;
    this.batch = [];
    this.bytes = 0;
  }
}

/** The bytes that the ingest reads, a row for each event. */
async function timeBareLines(root: string): Promise<number> {
  const { db } = await openDatabase(join(root, 'lines.db'));
  db.exec('CREATE TABLE lines (id INTEGER PRIMARY KEY, line TEXT)');
  const inserts = new BareInserts(db, 'INSERT INTO lines (line) VALUES (?)');
  const run = join(root, 'runs', 'bench');
  for (const name of listSegments(run))
    for (const line of readFileSync(join(eventsFolder(run), name), 'utf8').split('\n')) inserts.add([line], line.length);
  inserts.write();
  db.close();
  return inserts.seconds;
}

/** The rows that the ingest makes, into tables without an index. */
async function timeBareRows(root: string): Promise<number> {
  const { db: source } = await openDatabase(placeDatabase(root, dataFolder).file);
  const { db } = await openDatabase(join(root, 'rows.db'));
  let seconds = 0;
  for (const table of ['groups', 'solutions', 'traces']) {
    const rows = source.prepare<[], unknown[]>(`SELECT * FROM ${table}`).raw();
    const columns = rows.columns().map((c) => c.name);
    db.exec(`CREATE TABLE bare_${table} (${columns.map((c) => `"${c}"`).join(', ')})`);
    const inserts = new BareInserts(db, `INSERT INTO bare_${table} VALUES (${columns.map(() => '?').join(', ')})`);
    const size = (row: unknown[]): number =>
      row.reduce<number>((sum, v) => sum + (typeof v === 'string' || Buffer.isBuffer(v) ? v.length : 8), 0);
    for (const row of rows.iterate()) inserts.add(row, size(row));
    inserts.write();
    seconds += inserts.seconds;
  }
  source.close();
  db.close();
  return seconds;
}

async function ingestRatio() {
  const runs = join(base, 'runs-small');
  const steps = 80;
  writeRun(runs, steps);
  const rounds: { bytes: number; rows: number; rate: number }[] = [];
  for (let round = 0; round < 5; round++) {
    const { seconds, root } = await timeIngest(runs, round);
    rounds.push({
      bytes: (await timeBareLines(root)) / seconds,
      rows: (await timeBareRows(root)) / seconds,
      rate: (steps * solutionsPerStep) / seconds,
    });
    rmSync(root, { recursive: true });
  }
  return {
    ratio: median(rounds.map((r) => r.bytes)),
    ratioToRows: median(rounds.map((r) => r.rows)),
    solutionsPerSecond: median(rounds.map((r) => r.rate)),
  };
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** The first time, when nothing is remembered. @param steps the newest ones; all when left out */
const timeOpinions = (client: StoreClient, steps?: number): Promise<number> =>
  time(() => client.ask.opinions('bench', { limit: 200, ...(steps !== undefined && { steps }) }));

/** Questions asked one after another, as a person clicks, while a run of 100,000 solutions is being read; then again when it is. */
async function clicks() {
  const runs = join(base, 'runs-large');
  const steps = Math.ceil(100_000 / solutionsPerStep);
  writeRun(runs, steps);
  const client = new StoreClient({ root: aRoot('clicks', runs), worker, dataFolder });
  const next = mulberry32(1);
  const reading = { over: false };
  void client.catchUp().then(() => (reading.over = true));
  const during: number[] = [];
  do {
    const upTo = (await client.ask.steps('bench', { limit: 1 })).rows[0]?.step ?? 1;
    during.push(await time(() => client.ask.group('bench', 1 + Math.floor(next() * upTo), Math.floor(next() * shape.groups))));
    await new Promise((resolve) => setTimeout(resolve, 20));
  } while (!reading.over);
  const at = (): [number, number] => [1 + Math.floor(next() * steps), Math.floor(next() * shape.groups)];
  const groups: number[] = [];
  const lists: number[] = [];
  const traces: number[] = [];
  for (let i = 0; i < 500; i++) {
    groups.push(await time(() => client.ask.group('bench', ...at())));
    lists.push(await time(() => client.ask.steps('bench', { before: at()[0] + 1, limit: 100 })));
    traces.push(await time(() => client.ask.trace('bench', ...at(), Math.floor(next() * shape.size))));
  }
  const opinions = { latest: await timeOpinions(client, 50), all: await timeOpinions(client), more: 0 };
  opinions.more = await time(() => client.ask.opinions('bench', { limit: 400 }));
  const series = await time(() => client.ask.series(['bench'], { metrics: ['reward/mean', 'kl', 'loss'], room: 1000 }));
  await client.close();
  return {
    solutions: steps * solutionsPerStep,
    duringIngest: { p95: quantile(during, 0.95), max: Math.max(...during), n: during.length },
    groupOpen: quantile(groups, 0.95),
    stepList: quantile(lists, 0.95),
    trace: quantile(traces, 0.95),
    series,
    opinions,
  };
}

try {
  console.log(JSON.stringify({ ...(await ingestRatio()), ...(await clicks()) }));
} finally {
  rmSync(base, { recursive: true, force: true });
}
