// Runs in the same extension host as GRPO Lab: times its activation, then records the event loop's delay.
const { writeFileSync } = require('node:fs');
const { monitorEventLoopDelay, performance } = require('node:perf_hooks');
const vscode = require('vscode');

const resolution = 1; // ms
const SETTLE_MS = 10_000;

exports.activate = async (context) => {
  const out = process.env.GRPO_LAB_PROBE_OUT;
  if (!out) return;
  const lab = vscode.extensions.getExtension('grpo-lab.grpo-lab');
  // The window itself is busy while it opens: what counts is what comes after.
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const begin = performance.now();
  await lab.activate();
  const activation = performance.now() - begin;

  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  const timer = setInterval(() => {
    // A delay of one resolution is the timer's own.
    const ms = (ns) => Math.max(0, ns / 1e6 - resolution);
    writeFileSync(
      out,
      JSON.stringify({
        activation,
        samples: delay.count,
        p50: ms(delay.percentile(50)),
        p99: ms(delay.percentile(99)),
        max: ms(delay.max),
      }),
    );
  }, 500);
  context.subscriptions.push({ dispose: () => clearInterval(timer) });
};
