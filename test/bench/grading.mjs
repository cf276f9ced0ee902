// Grading against Math-Verify on the same labelled pairs: one process each, warm, slices interleaved; then hostile answers: how long
// each takes, and how long the main thread is held up. Also runs by itself: node test/bench/grading.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { say } from '../../scripts/lib/console.mjs';
import { gsm8k, labelled, math } from './gradingPairs.mjs';
import { mathVerify } from './mathVerify.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const data = join(root, '..', 'shared', 'data');
const folder = join(root, '.cache', 'bench');
const aims = { gsm8k: 20, math: 5, hostileMs: 1000, blockedMs: 20 };
const slices = 10;

/** What is measured, as one module: the grader as it ships, the options of `--pairs`, the hostile answers of the tests. */
async function parts() {
  const outfile = join(folder, 'grading.mjs');
  const modules = ['src/grading/grader', 'src/grading/grade', 'src/cli/pairs/pair', 'test/builders/hostileAnswers'];
  await build({
    stdin: { contents: modules.map((m) => `export * from './${m}.js';`).join('\n'), resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}

const median = (xs) => xs.toSorted((a, b) => a - b)[xs.length >> 1];
const sum = (xs) => xs.reduce((a, b) => a + b, 0);

/** Both sides over all slices, who begins alternating. The first slice is gone through once before, to warm up. */
async function race(pairs, ours, peer) {
  const bounds = Array.from({ length: slices }, (_, i) => [
    Math.floor((i * pairs.length) / slices),
    Math.floor(((i + 1) * pairs.length) / slices),
  ]);
  const sides = { ours, ...(peer && { peer }) };
  const measured = Object.fromEntries(Object.keys(sides).map((name) => [name, { seconds: [], accepted: [] }]));
  for (const side of Object.values(sides)) await side(...bounds[0]);
  for (const [i, slice] of bounds.entries()) {
    const names = Object.keys(sides);
    for (const name of i % 2 === 0 ? names : names.toReversed()) {
      const { seconds, accepted } = await sides[name](...slice);
      measured[name].seconds.push(seconds);
      measured[name].accepted.push(...accepted);
    }
  }
  return measured;
}

function tell(name, pairs, { seconds, accepted }, other) {
  // A pair from two different problems may still be equal (1/2 and 0.5): what both accept is not held against either.
  const wrong = (i) => accepted[i] && !pairs[i].label && !(pairs[i].shifted && other?.accepted[i]);
  const falseAccepts = pairs.filter((_, i) => wrong(i)).length;
  const falseRejects = pairs.filter((p, i) => p.label && !accepted[i]).length;
  const rate = pairs.length / sum(seconds);
  say(
    `  ${name.padEnd(18)} ${rate.toFixed(0).padStart(7)} pairs/s   false accepts ${falseAccepts}, false rejects ${falseRejects}, of ${pairs.length}`,
  );
}

async function compare({ source, pairs }, aim, { Grader, parsePair, checker }) {
  say(`${source}`);
  const file = join(folder, 'pairs.jsonl');
  writeFileSync(file, pairs.map(({ gold, pred, options }) => `${JSON.stringify({ gold, pred, options })}\n`).join(''));
  const peer = await mathVerify(root, file);
  const grader = new Grader({ worker: join(root, 'dist', 'gradeWorker.cjs') });
  const parsed = pairs.map((p) => parsePair(JSON.stringify(p)));
  const ours = async (from, to) => {
    const begin = performance.now();
    const grades = await Promise.all(parsed.slice(from, to).map(({ gold, pred, options }) => grader.grade(pred, gold, options)));
    return { seconds: (performance.now() - begin) / 1000, accepted: grades.map((g) => g.verdict === 'equal') };
  };
  try {
    const measured = await race(pairs, ours, peer?.grade);
    tell(checker, pairs, measured.ours, measured.peer);
    if (!peer) return;
    tell(peer.name, pairs, measured.peer, measured.ours);
    const ratios = measured.ours.seconds.map((s, i) => measured.peer.seconds[i] / s);
    say(`  ${median(ratios).toFixed(1)} × its throughput (median of ${slices} slices${aim === undefined ? '' : `; aim ${aim} ×`})`);
    if (process.env.GRPO_LAB_BENCH_SHOW) show(pairs, measured);
  } finally {
    peer?.close();
    await grader.close();
  }
}

/** With GRPO_LAB_BENCH_SHOW: what each side gets wrong. */
function show(pairs, measured) {
  for (const [i, { gold, pred, label }] of pairs.entries()) {
    const [a, b] = [measured.ours.accepted[i], measured.peer.accepted[i]];
    if (a !== label || b !== label)
      say(`    label ${label}, ours ${a}, peer ${b}: ${JSON.stringify(gold).slice(0, 90)}  ${JSON.stringify(pred.slice(-110))}`);
  }
}

async function hostility({ Grader, hostileAnswers }) {
  const grader = new Grader({ worker: join(root, 'dist', 'gradeWorker.cjs') });
  await grader.compare('\\int_0^1 x^2 dx', '\\frac{1}{3}'); // warm, with its computer algebra
  const loop = monitorEventLoopDelay({ resolution: 1 });
  const held = async (work) => {
    loop.reset();
    loop.enable();
    await work();
    loop.disable();
    return loop.max / 1e6;
  };
  const idle = await held(() => delay(3_000));
  const times = [];
  const blocked = await held(async () => {
    for (const [name, answer] of hostileAnswers) {
      for (const ask of [
        () => grader.grade(answer, '7'),
        () => grader.grade('The answer is 7.', answer),
        () => grader.compare(answer, '7'),
      ]) {
        const begin = performance.now();
        const { verdict } = await ask();
        times.push({ name, verdict, ms: performance.now() - begin });
      }
    }
    // All at once, thousands waiting behind.
    await Promise.all(
      hostileAnswers.flatMap(([, answer]) => Array.from({ length: 100 }, (_, i) => grader.grade(i === 0 ? answer : `A: ${i}`, '7'))),
    );
  });
  await grader.close();
  const slowest = times.toSorted((a, b) => b.ms - a.ms)[0];
  const against = (value, limit) => `${value.toFixed(0)} ms (${(value / limit).toFixed(2)} of the limit of ${limit} ms)`;
  say(`${hostileAnswers.length} hostile answers, each as prediction, as gold and alone`);
  say(
    `  slowest: ${slowest.name}, ${slowest.verdict} after ${against(slowest.ms, aims.hostileMs)}; median ${median(times.map((t) => t.ms)).toFixed(1)} ms`,
  );
  say(`  accepted: ${times.filter((t) => t.verdict === 'equal').length}`);
  say(`  main thread held up at most ${against(blocked, aims.blockedMs)}; idle in the same run: ${idle.toFixed(0)} ms`);
}

export async function bench() {
  mkdirSync(folder, { recursive: true });
  const modules = await parts();
  await compare(gsm8k(data), aims.gsm8k, modules);
  await compare(math(data, Number(process.env.GRPO_LAB_BENCH_EVERY ?? 5)), aims.math, modules);
  await compare(labelled(root), undefined, modules);
  await hostility(modules);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench();
