import { describe, expect, test } from 'vitest';
import { exactly, reveal } from '../../../src/core/reveal.js';

describe('what cannot be seen is shown', () => {
  test('bidirectional controls cannot reorder the text', () => {
    expect(reveal('a\u202Egnp.exe')).toBe('a⟨U+202E⟩gnp.exe');
    expect(reveal('two\nlines\tand tabs\r\n')).toBe('two\nlines\tand tabs\n');
  });

  test('joiners stay in the text, where emoji and Persian need them, but not in the readout', () => {
    expect(reveal('👩‍🔬')).toBe('👩‍🔬');
    expect(exactly('👩‍🔬')).toBe('👩⟨U+200D⟩🔬');
  });

  test('the readout shows every space and line break', () => {
    expect(exactly(' 23\n')).toBe('·23↵');
    expect(exactly('')).toBe('∅');
    expect(exactly('\u0000')).toBe('⟨U+0000⟩');
  });

  test('a lone surrogate is named', () => expect(reveal('\ud83d!')).toBe('⟨U+D83D⟩!'));
});
