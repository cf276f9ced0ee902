/** The same as `vscode.Disposable`, for code without VS Code. */
export interface Disposes {
  dispose(): unknown;
}

/** Whoever makes something disposes of it: `this.register(make())`. Disposing twice, or registering after disposal, is harmless. */
export class Disposable implements Disposes {
  private owned: Disposes[] | null = [];

  protected register<T extends Disposes>(made: T): T {
    if (this.owned) this.owned.push(made);
    else made.dispose();
    return made;
  }

  get disposed(): boolean {
    return this.owned === null;
  }

  /** Last made, first gone. */
  dispose(): void {
    const owned = this.owned ?? [];
    this.owned = null;
    for (const d of owned.reverse()) d.dispose();
  }
}
