/** Checks the arguments of commands: our own rows and pages give them, but also links, other extensions and scripts. */
import { Uri } from 'vscode';
import { z } from 'zod';
import type { Address, RunAddress } from '../../protocol/address.js';
import { parseLink } from '../../protocol/link.js';
import { addressSchema, runAddressSchema } from '../../contracts/everyPage.js';
import { pageActions, type PageAction } from '../../contracts/pageKinds.js';
import { StepNode } from '../explorer/stepNodes.js';

const runIds = z.array(z.string()).min(1);
const actArguments = z.object({ action: z.enum(pageActions) });
const bookmarkLike = z.object({ address: runAddressSchema });

/** At least one. @throws when they are no ids */
export const runIdsFrom = (ids: unknown): string[] => runIds.parse(ids);

/** @throws when it is no action of a page */
export const actionFrom = (args: unknown): PageAction => actArguments.parse(args).action;

/** @throws when the row is no bookmark */
export const bookmarkedAddress = (row: unknown): RunAddress => bookmarkLike.parse(row).address;

/** @throws when it is no address */
export function addressFrom(target: unknown): Address {
  if (target instanceof StepNode) return { run: target.run, step: target.step.step };
  if (target instanceof Uri) return addressFrom(target.path);
  if (typeof target === 'string') {
    const found = parseLink(target);
    if (found) return found.address;
    throw new Error(`"${target.slice(0, 200)}" is not the address of a run, step, group, solution or page.`);
  }
  const parsed = addressSchema.safeParse(target);
  if (!parsed.success) throw new Error('That is not the address of a run, step, group, solution or page.');
  return parsed.data;
}
