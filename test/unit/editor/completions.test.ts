import { describe, expect, test } from 'vitest';
import { completionsAt } from '../../../src/editor/experiment/keyCompletions.js';

/** `|` marks the cursor. */
function offered(marked: string): string[] {
  const offset = marked.indexOf('|');
  return completionsAt(marked.replace('|', ''), offset).items.map((i) => i.label);
}

describe('completion in an experiment file', () => {
  test('offers the keys that are not there yet, in the order of the schema', () => {
    const keys = offered('name: a\nsteps: 3\n|');
    expect(keys.slice(0, 3)).toEqual(['description', 'backend', 'policy']);
    expect(keys).not.toContain('name');
  });

  test('knows the settings of the method that is named', () => {
    expect(offered('method:\n  name: grpo\n  |\n')).toContain('group_size');
    expect(offered('method:\n  name: grpo\n  |\n')).not.toContain('batch_size');
    expect(offered('method:\n  name: sft\n  ba|\n')).toEqual(['batch_size']);
  });

  test('offers the values of a choice', () => {
    expect(offered('method:\n  name: |\n')).toEqual([
      'pretrain',
      'sft',
      'rft',
      'online-rft',
      'dpo',
      'ppo',
      'grpo',
      'outcome-reward',
      'process-reward',
      'evaluate',
    ]);
    expect(offered('policy: { preset: | }\n')).toEqual(['nano-2l', 'tiny-2l', 'tiny-4l']);
  });

  test('works inside lists', () => {
    expect(offered('reward:\n  - term: |\n')).toEqual([
      'correct',
      'format',
      'length_penalty',
      'repetition',
      'regex',
      'reward_model',
      'math_verify',
      'function',
    ]);
    expect(offered('reward:\n  - term: correct\n    |\n')).toEqual(['weight']);
    expect(offered('reward:\n  - term: correct\n  - |\n')).toEqual([
      'term',
      'weight',
      'marker',
      'max_tokens',
      'cache_tokens',
      'ngram',
      'pattern',
      'from',
      'function',
    ]);
    expect(offered('reward:\n- term: correct\n  |\n')).toEqual(['weight']);
  });

  test('works inside braces', () => {
    expect(offered('policy: { | }\n')).toEqual(['preset', 'dtype', 'lora', 'from', 'model', 'endpoint']);
    expect(offered('sampling: { temperature: 1, | }\n')).not.toContain('temperature');
  });

  test('says nothing in comments and where the schema knows nothing', () => {
    expect(offered('# na|')).toEqual([]);
    expect(offered('unknown:\n  |\n')).toEqual([]);
  });

  test('replaces what is typed so far', () => {
    const text = 'method:\n  name: gr';
    expect(completionsAt(text, text.length).from).toBe(text.length - 2);
  });
});
