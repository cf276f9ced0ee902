/** What is told of each format's fixture. */
import { expect, test } from 'vitest';
import { importerById, importers } from '../../../src/importers/index.js';
import { expectGolden } from '../../builders/golden.js';
import { goldens } from '../../builders/goldens.js';
import { python } from '../../builders/python.js';

test.for(goldens)('$name', async ({ name, format, fixture, options, pickled }, { skip }) => {
  if (pickled && python === undefined) skip('pickles are read by Python 3.8 or newer, and there is none');
  await expectGolden(name, importerById(format)!, fixture, options);
});

test('every format is among them', () => {
  expect(new Set(goldens.map(({ format }) => format))).toEqual(new Set(importers.map(({ id }) => id)));
});
