/** A real VS Code in a real browser, as a person meets it: palette, explorer, editors, pages. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Frame, type Locator, type Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { serveVscode } from '../../scripts/lib/vscode.mjs';
import { required } from './environment.js';

export const themes = {
  dark: { name: 'Dark Modern', className: 'vs-dark' },
  light: { name: 'Light Modern', className: 'vs' },
  contrast: { name: 'Dark High Contrast', className: 'hc-black' },
} as const;
export type Theme = keyof typeof themes;

/** What `grpo-lab ls` tells of a run. */
export interface RunRow {
  id: string;
  name: string;
  state: string;
  step: number;
}

export interface Options {
  /** Folder copied into a fresh workspace. */
  workspace: string;
  settings?: Record<string, unknown>;
  /** Workspace trust as people have it; otherwise everything is trusted. */
  trust?: boolean;
  /** Copy the runs of the workspace too. */
  keepRuns?: boolean;
}

export class VsCode {
  private constructor(
    private readonly profile: string,
    readonly workspace: string,
    private readonly server: Awaited<ReturnType<typeof serveVscode>>,
    private readonly browser: Browser,
    readonly page: Page,
  ) {}

  static async open(options: Options): Promise<VsCode> {
    const base = mkdtempSync(join(tmpdir(), 'grpo-lab-e2e-'));
    const workspace = join(base, 'workspace');
    cpSync(options.workspace, workspace, { recursive: true, filter: (f) => options.keepRuns === true || !f.includes('.grpo-lab') });
    const server = await serveVscode({
      entry: required('GRPO_LAB_E2E_CODE_SERVER'),
      profile: base,
      extensions: inject('extensions'),
      settings: {
        'security.workspace.trust.enabled': options.trust ?? false,
        'workbench.colorTheme': themes.dark.name,
        'workbench.reduceMotion': 'on',
        'editor.cursorBlinking': 'solid',
        ...options.settings,
      },
    });
    const browser = await chromium.launch({
      executablePath: required('GRPO_LAB_E2E_BROWSER'),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--force-prefers-reduced-motion',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    // Wheels that turn are drawn by the processor that the tests share, and VS Code's turn whatever its settings say.
    await page.addInitScript(() => {
      const still = new CSSStyleSheet();
      still.replaceSync('.codicon-modifier-spin { animation: none !important; }');
      document.adoptedStyleSheets.push(still);
    });
    // Whatever is waited for comes, on a busy machine late.
    page.setDefaultTimeout(240_000);
    const code = new VsCode(base, workspace, server, browser, page);
    try {
      await code.load();
    } catch (error) {
      await code.close();
      throw error;
    }
    return code;
  }

  private async load(): Promise<void> {
    await this.page.goto(`${this.server.url}/?folder=${encodeURIComponent(this.workspace)}`);
    await this.known();
  }

  /** As a person reloads it: the window keeps which tabs it has. */
  async reload(): Promise<void> {
    const gone = this.page.waitForEvent('load', { timeout: 240_000 });
    await this.command('Developer: Reload Window');
    await gone;
    await this.known();
  }

  private async known(): Promise<void> {
    // Its icon is there once the window knows the extension; the palette before that would not list its commands.
    await this.page.locator('.activitybar [aria-label^="GRPO Lab"]').first().waitFor({ timeout: 240_000 });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** The command line on the same workspace: a second user of the same database. */
  cli<T>(...args: string[]): T {
    const out = execFileSync(process.execPath, [resolve('dist/cli.cjs'), ...args, '--json'], { encoding: 'utf8', cwd: this.workspace });
    return JSON.parse(out) as T;
  }

  /** Ends what still trains. */
  stopRuns(): void {
    for (const r of this.cli<RunRow[]>('ls')) if (r.state === 'running' || r.state === 'starting') this.cli('stop', r.id);
  }

  /** Runs a command of the palette by its title. */
  async command(title: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input').first();
    // What a failed attempt has left open would take the key.
    if (await input.isVisible()) await this.page.keyboard.press('Escape');
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
    // A palette that is still closing swallows the key, or shows an input that goes away; one that has just opened goes away when a page
    // takes the focus at this moment, as an import that is done does. Then the key is pressed again.
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press('F1');
      try {
        await input.fill(`>${title}`, { timeout: 20_000 });
        await row.waitFor({ timeout: 20_000 });
        break;
      } catch (error) {
        if (attempt === 6) throw error;
      }
    }
    await row.click();
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(name);
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.tabs-container .tab').filter({ hasText: name }).first().waitFor();
  }

  /** Chooses from a context menu. */
  async menu(target: Locator, text: string): Promise<void> {
    const item = this.page.locator('.monaco-menu .action-item').filter({ hasText: text }).first();
    const action = item.locator('.action-label').first();
    // A window knows a moment after it is there that its folder is trusted: until then what needs trust is grey, and a menu stays as it opened.
    await expect
      .poll(
        async () => {
          await target.click({ button: 'right' });
          await item.waitFor();
          const grey = (await item.getAttribute('class'))?.split(' ').includes('disabled');
          if (grey) await this.page.keyboard.press('Escape');
          return grey;
        },
        { interval: 500 },
      )
      .toBe(false);
    // A click that follows the menu's opening too soon is taken for the one that opened it.
    await expect
      .poll(
        async () => {
          if (await action.isVisible()) await action.click({ timeout: 1000 }).catch(() => undefined);
          return action.isVisible();
        },
        { interval: 500 },
      )
      .toBe(false);
  }

  /** Picks an entry of an open quick pick. */
  async pick(text: string | RegExp): Promise<void> {
    await this.page.locator('.quick-input-list').getByRole('option', { name: text }).first().click();
  }

  /**
   * The innermost frame in which a page of ours shows `selector`, with this text (a string: nothing else) where one is given. A page that is
   * opened anew, or shows something else first, is in another frame, or says it later: who waits for a text waits for both.
   */
  async frameWith(selector: string, text?: string | RegExp, timeout = 240_000): Promise<Frame> {
    const wanted = typeof text === 'string' ? new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`) : text;
    const deadline = Date.now() + timeout;
    while (Date.now() < deadline) {
      // The workbench itself is no page of ours, and a search through it keeps its one thread busy.
      for (const frame of this.page.frames().slice(1)) {
        const found = await frame
          .locator(selector)
          .filter({ hasText: wanted })
          .first()
          .isVisible()
          .catch((e: unknown) => {
            // A frame that is being replaced answers with an error: the next round sees its successor.
            if (e instanceof Error) return false;
            throw e;
          });
        if (found) return frame;
      }
      await this.page.waitForTimeout(400);
    }
    throw new Error(`No page shows ${selector}${text === undefined ? '' : ` with ${String(text)}`} after ${timeout / 1000} s.`);
  }

  tab(text: string | RegExp): Locator {
    return this.page.locator('.tabs-container .tab').filter({ hasText: text }).first();
  }

  /** Picks the theme as a person does, and waits until the workbench wears it. */
  async theme(theme: Theme): Promise<void> {
    const { name, className } = themes[theme];
    await this.command('Preferences: Color Theme');
    await this.page.locator('.quick-input-widget input').first().fill(name);
    const row = this.page.locator('.quick-input-list').getByRole('option', { name }).first();
    await row.click();
    await this.page.locator(`.monaco-workbench.${className}`).waitFor();
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    // Pages redraw their charts in the new colours.
    await this.page.waitForTimeout(700);
  }

  /** A picture under out/screenshots, for someone who looks, with GRPO_LAB_SCREENSHOTS set: nothing is asserted of it. */
  async screenshot(name: string): Promise<void> {
    if (!process.env.GRPO_LAB_SCREENSHOTS) return;
    const folder = join('out', 'screenshots');
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  /** The same; with GRPO_LAB_SCREENSHOTS=themes in three themes and two more widths. */
  async screenshotsInAllThemes(name: string): Promise<void> {
    if (process.env.GRPO_LAB_SCREENSHOTS !== 'themes') return this.screenshot(`${name}-dark`);
    for (const theme of ['light', 'contrast', 'dark'] as const) {
      await this.theme(theme);
      await this.screenshot(`${name}-${theme}`);
    }
    const usual = this.page.viewportSize()!;
    for (const width of [400, 2560]) {
      await this.page.setViewportSize({ ...usual, width });
      // The workbench lays itself out, and charts are drawn again.
      await this.page.waitForTimeout(1500);
      await this.screenshot(`${name}-${width}`);
    }
    await this.page.setViewportSize(usual);
    await this.page.waitForTimeout(1500);
  }
}
