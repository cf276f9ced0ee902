/** The base of every page: where it is, what it shows, and how it behaves while loading, failing, changing. */
import { LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { z } from 'zod';
import { messageOf } from '../../src/core/messageOf.js';
import { longestFilter, runOf, type Address, type RunAddress } from '../../src/protocol/address.js';
import type { RunChange } from '../../src/store/views.js';
import { absenceWords } from './absenceText.js';
import './controls.js';
import * as contract from '../../src/contracts/everyPage.js';
import { kindOf, type PageAction, type PageKeys, type PageKind, type PageMove } from '../../src/contracts/pageKinds.js';
import type { RequestOptions } from './channel.js';
import { helpView, withKey, type Actions } from './help.js';
import { host } from './host.js';
import type { RequestType } from '../../src/contracts/messaging.js';
import { Rereading } from './rereading.js';
import { elementOf, isControl, isTextField, leaveEmpty } from './focus.js';
import { progressView, stateView, troubleView, type StateButton } from './states.js';
import './theme.css';

export type { RequestOptions };

const savedState = z.object({ address: contract.addressSchema, ui: z.unknown() });

/** Content that comes sooner than this is shown without a skeleton in between: a flash is worse than a short wait. */
const skeletonAfter = 150;
/** Changes that come in a burst are asked for once. */
const refreshGap = 250;

/**
 * A page is one custom element in the light DOM, styled by its own style sheet and `theme.css`.
 * A subclass says how to `load` the view of an address and how to `content` it; everything else is here.
 * `At` is what its addresses are: something of a run, or a page of the workspace.
 */
export abstract class Page<View, At extends Address = RunAddress> extends LitElement {
  static override properties: PropertyDeclarations = {
    address: { state: true },
    view: { state: true },
    phase: { state: true },
    trouble: { state: true },
    done: { state: true },
    newest: { state: true },
    keys: { state: true },
  };

  /** Undefined until the host has said it. */
  address: At | undefined;
  /** What is shown; stays while newer data are on their way. */
  view: View | undefined;
  /** Newest step the host has told of since this page started. */
  newest: number | undefined;
  protected keys: PageKeys = {};
  /** `waiting` shows the old view (or nothing yet), `skeleton` says that it takes longer. */
  protected phase: 'waiting' | 'skeleton' | 'shown' | 'missing' | 'failed' = 'waiting';
  /** Why the last request failed; beside an older view it is a quiet line. */
  protected trouble: string | undefined;
  /** How much of an answer that takes long is done, in [0, 1]. */
  private done: number | undefined;
  /** What the trouble kept from being shown can be asked for again. */
  private readAgain: (() => unknown) | undefined;
  /** Whatever the page is asked for next, the answer to this is not wanted then. */
  private loading = new AbortController();

  /** Why the address leads to nothing, when it does. */
  protected absence: contract.Absence | undefined;
  private ticket = 0;
  /** The last key was Enter on a button, which that has pressed already. */
  private pressing = false;
  /** The last key went into a text. */
  private intoText = false;
  private readonly rereading = new Rereading(() => this.refresh());

  /** What is shown stays, and the focus in it, however long another address takes. */
  protected readonly keepsContent: boolean = false;
  /** What this page does on keys. */
  protected abstract readonly actions: Actions;
  protected abstract readonly kind: PageKind;
  /**
   * @param options to be handed on with each request that the view needs
   * @returns null when the address leads to nothing
   */
  protected abstract load(address: At, options: RequestOptions): Promise<View | null>;
  protected abstract content(view: View): TemplateResult;
  /** Grey shapes of what comes. */
  protected abstract skeleton(): TemplateResult;
  /** The address leads to nothing: why, and what to do. */
  protected abstract missing(address: At): TemplateResult;

  /** Another address came: forget what belonged to the last one (a scroll position, a selection). */
  protected arrived(): void {
    window.scrollTo({ top: 0 });
  }

  /** Something of a run changed. Pages whose content cannot change override this. */
  protected onChanged(change: RunChange): void {
    if (this.isOf(change.run)) this.refreshSoon();
  }

  private isOf(run: string): boolean {
    return this.address !== undefined && runOf(this.address) === run;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.classList.add('page');
    host.on(contract.goTo, ({ address }) => void this.show(address));
    host.on(contract.act, ({ action }) => this.act(action));
    host.on(contract.changed, (change) => {
      if (this.isOf(change.run)) this.newest = Math.max(this.newest ?? 0, change.upTo);
      this.onChanged(change);
    });
    document.addEventListener('focusin', (e) => host.notify(contract.editing, { editing: isTextField(e.composedPath()[0]) }));
    document.addEventListener('focusout', (e) => {
      if (e.relatedTarget === null) host.notify(contract.editing, { editing: false });
    });
    // Before the button does what it does: it may be gone, or the focus elsewhere, when the host asks for what the key is bound to.
    document.addEventListener('keydown', (e) => (this.pressing = e.key === 'Enter' && isControl(elementOf(e))), { capture: true });
    // VS Code hands on every letter as a command: who types is known here at once, and there a moment later.
    document.addEventListener('keydown', (e) => (this.intoText = isTextField(e.composedPath()[0])), { capture: true });
    window.addEventListener('blur', () => (this.intoText = false)); // what is chosen elsewhere, in the palette, is meant
    // Before the field itself empties: the key that empties it does not leave it, too.
    document.addEventListener('keydown', leaveEmpty, { capture: true });
    void this.begin();
  }

  private async begin(): Promise<void> {
    const waiting = this.skeletonSoon(this.ticket);
    try {
      const { address, keys } = await host.request(contract.start, {});
      this.keys = keys;
      await this.show(address);
    } catch (error) {
      this.fail(error);
    } finally {
      clearTimeout(waiting);
    }
  }

  /** Shows an address of this kind; whoever calls it (the host, `go`) has made sure that it is one. */
  protected async show(address: Address): Promise<void> {
    const here = address as At;
    this.address = here;
    host.state = { address, ui: this.savedUi };
    await this.fetch(here, true);
  }

  /** Goes to an address: here when it is of this kind, else in that kind's tab; `aside` always opens a new tab. */
  protected go(address: Address, aside = false): void {
    if (!aside && kindOf(address) === this.kind) {
      host.notify(contract.moved, { address });
      void this.show(address);
    } else void this.ask(contract.open, aside ? { address, aside } : { address });
  }

  /** Goes to the solutions of a run that a filter matches: there it stands in the field, and can be changed. */
  protected toFind(run: string, filter: string, aside = false): void {
    if (filter.length <= longestFilter) this.go({ page: 'find', about: { run }, search: { filter } }, aside);
    else this.trouble = `What is to be found is longer than a filter can be (${longestFilter.toLocaleString('en-US')} characters).`;
  }

  /** Asks the host for something beside the view; what goes wrong is told quietly. */
  protected async ask<P, R>(type: RequestType<P, R>, params: P): Promise<R | undefined> {
    try {
      const result = await host.request(type, params);
      this.trouble = this.readAgain = undefined;
      return result;
    } catch (error) {
      this.trouble = messageOf(error);
      this.readAgain = undefined;
      return undefined;
    }
  }

  /** Reads something beside the view; what goes wrong is told quietly, with a way to ask for all again. */
  protected async attempt<T>(read: () => Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
    try {
      const result = await read();
      this.trouble = this.readAgain = undefined;
      return result;
    } catch (error) {
      if (!signal?.aborted) {
        this.trouble = messageOf(error);
        this.readAgain = () => this.refresh();
      }
      return undefined;
    }
  }

  /** Asks again for what is shown; nothing jumps, and a burst of calls within the gap (ms) asks once. */
  protected refreshSoon(gap = refreshGap): void {
    this.rereading.soon(gap);
  }

  protected async refresh(): Promise<void> {
    if (this.address) await this.fetch(this.address, false);
  }

  private async fetch(address: At, fresh: boolean): Promise<void> {
    const ticket = ++this.ticket;
    this.loading.abort();
    const { signal } = (this.loading = new AbortController());
    const progress = (done: number, total: number): void => {
      if (ticket === this.ticket) this.done = total > 0 ? done / total : undefined;
    };
    const waiting = fresh ? this.skeletonSoon(ticket) : undefined;
    if (fresh) this.phase = 'waiting';
    try {
      const view = await this.load(address, { signal, progress });
      if (ticket !== this.ticket) return;
      this.trouble = this.readAgain = undefined;
      this.absence = view === null ? await this.whyAbsent(address) : undefined;
      if (ticket !== this.ticket) return;
      this.view = view ?? undefined;
      this.phase = view === null ? 'missing' : 'shown';
      if (view !== null && fresh) {
        await this.updateComplete;
        this.arrived();
      }
    } catch (error) {
      if (ticket === this.ticket) this.fail(error, fresh);
    } finally {
      clearTimeout(waiting);
      if (ticket === this.ticket) this.done = undefined;
    }
  }

  /** Not known where a page of the workspace leads to nothing, or the host cannot say: what is missing is told all the same. */
  private async whyAbsent(address: At): Promise<contract.Absence | undefined> {
    return 'page' in address ? undefined : host.request(contract.whyAbsent, { address }).catch(() => undefined);
  }

  /** What `missing` shows on the pages below a run. */
  protected absent(address: RunAddress): TemplateResult {
    const { title, detail, hasRun } = absenceWords(this.absence, address);
    const { run, step } = address;
    const buttons: StateButton[] = [{ label: 'Look again', run: () => void this.refresh(), secondary: hasRun }];
    if (hasRun) buttons.push({ label: 'Open the dashboard', run: () => this.go({ run }), secondary: true });
    const up = this.absence?.what === 'group' || this.absence?.what === 'solution';
    if (up) buttons.unshift({ label: 'Groups of the step', run: () => this.go({ run, step: step ?? 0 }) });
    return stateView({ icon: hasRun ? 'search-stop' : 'trash', title, detail, buttons });
  }

  private skeletonSoon(ticket: number): number {
    return window.setTimeout(() => {
      if (ticket !== this.ticket || this.phase !== 'waiting') return;
      if (!this.keepsContent || this.view === undefined) this.phase = 'skeleton';
    }, skeletonAfter);
  }

  private fail(error: unknown, fresh = true): void {
    this.trouble = messageOf(error);
    this.readAgain = () => this.refresh();
    if (fresh || this.view === undefined) this.phase = 'failed';
  }

  protected act(action: PageAction): void {
    if (this.intoText) return;
    if (action === 'help') this.toggleHelp();
    else if (!(action === 'open' && this.pressing)) this.actions[action]?.run();
  }

  private toggleHelp(): void {
    const sheet = this.querySelector<HTMLDialogElement>('dialog.help');
    if (sheet?.open) sheet.close();
    else sheet?.showModal();
  }

  /** A tooltip with the key that does the same. */
  protected hint(label: string, action: PageAction | PageMove): string {
    return withKey(label, this.keys[action]);
  }

  private get savedUi(): unknown {
    const saved = savedState.safeParse(host.state);
    return saved.success ? saved.data.ui : undefined;
  }

  /** What the page kept of its own controls (sorting, smoothing, …), if it is still of that shape. */
  protected recall<T>(schema: z.ZodType<T>): T | undefined {
    const ui = schema.safeParse(this.savedUi);
    return ui.success ? ui.data : undefined;
  }

  protected keep(ui: unknown): void {
    if (this.address) host.state = { address: this.address, ui };
  }

  protected override render(): unknown {
    return [progressView(this.done), this.body(), helpView(this.actions, this.keys)];
  }

  private body(): unknown {
    if (this.phase === 'failed') return this.failure();
    if (this.phase === 'missing' && this.address) return this.missing(this.address);
    if (this.phase === 'skeleton') return this.skeleton();
    return this.view === undefined ? nothing : [this.troubleLine(), this.content(this.view)];
  }

  private failure(): TemplateResult {
    return stateView({
      icon: 'error',
      title: 'This page could not be loaded',
      detail: this.trouble ?? '',
      urgent: true,
      buttons: [{ label: 'Try again', run: () => void (this.address ? this.show(this.address) : this.begin()) }],
    });
  }

  private troubleLine(): unknown {
    if (this.trouble === undefined) return nothing;
    return troubleView(this.trouble, () => (this.trouble = this.readAgain = undefined), this.readAgain);
  }
}
