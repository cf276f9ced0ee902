import { expect, test } from 'vitest';
import { importers } from '../../../src/importers/registry.js';
import { formatIds, formatName } from '../../../src/core/importFormats.js';

test('every format that can be imported has a short name, and no other has', () => {
  expect([...formatIds].sort()).toEqual(importers.map((i) => i.id).sort());
});

test('a format of another version is called by its id', () => {
  expect(formatName('tensorboard')).toBe('TensorBoard');
  expect(formatName('constructor')).toBe('constructor');
});
