import { expect, test, describe } from 'vitest';
import { metrics } from '../../../src/protocol/metrics.js';
import { chartList } from '../../../webview/dashboard/chartList.js';
import { searchFor } from '../../../webview/dashboard/search.js';
import { firstId, metricCount, sectionsOf } from '../../../webview/dashboard/sections.js';
import { tileMetrics } from '../../../webview/dashboard/tileList.js';

/** Some 300 names, as verl writes them, and a lot that begin before `critic` in the alphabet. */
const verl = [
  ...['actor/entropy', 'actor/kl_loss', 'actor/ppo_kl', 'actor/pg_loss', 'actor/grad_norm', 'actor/lr', 'actor/kl_coef'],
  ...['score', 'rewards', 'returns', 'advantages', 'values'].flatMap((of) => ['mean', 'max', 'min'].map((how) => `critic/${of}/${how}`)),
  ...['mean', 'max', 'min', 'clip_ratio'].flatMap((how) => [`response_length/${how}`, `prompt_length/${how}`]),
  ...Array.from({ length: 12 }, (_, i) => `val-core/suite_${i + 1}/acc/mean@8`),
  ...Array.from({ length: 12 }, (_, i) => `val-aux/suite_${i + 1}/score/best@8/std`),
  ...Array.from({ length: 200 }, (_, i) => `actor/layer_${i + 1}/norm`),
  ...['gen', 'reward', 'step', 'update_actor'].map((phase) => `timing_s/${phase}`),
  ...['perf/throughput', 'perf/mfu/actor', 'training/global_step', 'alone'],
];
const firstHeadings = (names: readonly string[]): string[] =>
  chartList(names)
    .filter((c) => c.first)
    .map((c) => c.heading);

describe('the first view', () => {
  test('begins with reward, held-out, KL, entropy, length and loss, whatever they are called', () => {
    expect(firstHeadings(verl)).toEqual([
      'critic/rewards/mean',
      'critic/score/mean',
      'critic/returns/mean',
      'val-core/suite_1/acc/mean@8',
      'val-core/suite_2/acc/mean@8',
      'val-core/suite_3/acc/mean@8',
      'val-core/suite_4/acc/mean@8',
      'actor/kl_loss',
      'actor/ppo_kl',
      'actor/entropy',
      'response_length/mean',
      'actor/pg_loss',
    ]);
    expect(firstHeadings(['Len/episode', 'Loss/entropy', 'Loss/surrogate', 'Rewards/rew_lin_vel_xy', 'Rewards/rew_ang_vel_xy'])).toEqual([
      'Rewards/rew_ang_vel_xy',
      'Rewards/rew_lin_vel_xy',
      'Loss/entropy',
      'Len/episode',
      'Loss/surrogate',
    ]);
  });

  test('what we know and what only looks like it stand together', () => {
    expect(chartList(['loss', 'critic/score/mean', 'kl', 'reward/mean', 'groups/zero_std', 'val/score']).map((c) => c.id)).toEqual([
      'reward',
      'other-critic/score/mean',
      'other-val/score',
      'kl',
      'loss',
      'zero-std',
    ]);
  });

  test('a run whose names nobody knows has tiles, rewards first', () => {
    const names = ['Len/episode', 'Loss/surrogate', 'Rewards/total', 'eval/return'];
    expect(tileMetrics(names)).toEqual(['Rewards/total', 'eval/return', 'Len/episode']);
    expect(tileMetrics(['grad_norm', 'kl', 'train_loss', 'learning_rate'])).toEqual(['train_loss', 'kl', 'grad_norm', 'learning_rate']);
    expect(tileMetrics(['constructor', 'alone'])).toEqual([]);
  });
});

describe('sections', () => {
  test('every metric is in exactly one of them, however many there are', () => {
    const names = [...verl, ...Object.keys(metrics), 'constructor', '__proto__', 'reward/term/format'];
    const drawn = sectionsOf(chartList(names), ['kl', 'other-actor/layer_7/norm']).flatMap((s) =>
      s.charts.flatMap((c) => c.curves.flatMap((curve) => [curve.metric, ...(curve.band ? [curve.band] : [])])),
    );
    // The x axis, the sum of what is drawn as its parts, and counts that are drawn as shares.
    const otherwise = ['tokens/total', 'seconds/step', 'groups/all_wrong', 'groups/mixed', 'groups/all_right'];
    expect(drawn.toSorted()).toEqual(names.filter((name) => !otherwise.includes(name)).toSorted());
  });

  test('a spread without a mean, and seconds without parts, are curves of their own', () => {
    expect(chartList(['reward/std']).map((c) => c.curves[0].metric)).toEqual(['reward/std']);
    expect(chartList(['seconds/step']).map((c) => c.heading)).toEqual(['Seconds a step']);
  });

  test('come by the first part of the names, what holds rewards before the others, and single ones at the end', () => {
    const sections = sectionsOf(chartList(verl), []);
    expect(sections.map((s) => s.heading)).toEqual([
      'first',
      'critic',
      'val-aux',
      'val-core',
      'prompt_length',
      'response_length',
      'actor',
      'perf',
      'timing_s',
      'other',
    ]);
    expect(metricCount(sections.flatMap((s) => s.charts))).toBe(verl.length);
    expect(sections.at(-1)?.charts.map((c) => c.heading)).toEqual(['alone', 'training/global_step']);
    const layers = sections.find((s) => s.heading === 'actor')!.charts.map((c) => c.heading);
    expect(layers.indexOf('actor/layer_2/norm')).toBeLessThan(layers.indexOf('actor/layer_10/norm'));
  });

  test('what is pinned stands above all and nowhere else; a pin of what is not there does nothing', () => {
    const [pinned, first] = sectionsOf(chartList(['loss', 'kl', 'entropy']), ['loss', 'other-gone']);
    expect(pinned.charts.map((c) => c.id)).toEqual(['loss']);
    expect([first.id, first.charts.map((c) => c.id)]).toEqual([firstId, ['kl', 'entropy']]);
  });
});

describe('search', () => {
  const found = (text: string): string[] => {
    const { passes, fault } = searchFor(text);
    expect(fault).toBeUndefined();
    return chartList(verl)
      .filter(passes)
      .map((c) => c.heading);
  };

  test('a part of a name, whatever its case, or an expression', () => {
    expect(found('SCORE/M')).toEqual(['critic/score/mean', 'critic/score/max', 'critic/score/min']);
    expect(found('/^actor/layer_(1|20).norm/')).toEqual(['actor/layer_1/norm', 'actor/layer_20/norm']);
    expect(found('  ')).toHaveLength(chartList(verl).length);
    expect(found('no such name')).toEqual([]);
  });

  test('finds a chart by what it is called here, too', () => {
    expect(
      chartList(['groups/zero_std', 'kl'])
        .filter(searchFor('signal').passes)
        .map((c) => c.id),
    ).toEqual(['zero-std']);
  });

  test('an expression that is none hides nothing and says why', () => {
    const { passes, fault } = searchFor('/layer_(/');
    expect(fault).toMatch(/\)/);
    expect(chartList(verl).every(passes)).toBe(true);
  });

  test('an expression that would try forever ends', () => {
    const hostile = chartList([`${'a'.repeat(199)}!`]);
    expect(hostile.filter(searchFor('/^(a+)+$/').passes)).toEqual([]);
  });
});
