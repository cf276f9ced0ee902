import type { Memento } from 'vscode';
import { z } from 'zod';
import type { Address } from '../../protocol/address.js';
import { addressSchema } from '../../contracts/everyPage.js';

const memory = z.array(z.tuple([z.string(), addressSchema])).max(1000);
const key = 'pages';
/** More tabs than anybody restores. */
const LIMIT = 40;

/**
 * Which address a tab of a kind and title showed. A page keeps its address itself, but VS Code saves that only now and then:
 * a window that is closed within seconds would otherwise come back with tabs that know nothing.
 */
export class PageMemory {
  constructor(private readonly storage: Memento) {}

  find(viewType: string, title: string): Address | undefined {
    return this.read().find(([tab]) => tab === `${viewType} ${title}`)?.[1];
  }

  async remember(viewType: string, title: string, address: Address): Promise<void> {
    const tab = `${viewType} ${title}`;
    const others = this.read().filter(([other]) => other !== tab);
    await this.storage.update(key, [[tab, address], ...others].slice(0, LIMIT));
  }

  private read(): [string, Address][] {
    const parsed = memory.safeParse(this.storage.get(key));
    return parsed.success ? parsed.data : [];
  }
}
