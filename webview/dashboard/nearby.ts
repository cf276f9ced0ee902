/** How far outside the window a chart is made ready, and kept. */
const margin = '600px 0px';

/** Which elements are in the window or near it. */
export class Nearby {
  private readonly near = new Set<Element>();
  private readonly watched = new Set<Element>();
  private readonly observer: IntersectionObserver;

  /** @param changed called when others are near */
  constructor(changed: () => void) {
    this.observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          // What has the focus is in use, wherever it was scrolled to.
          if (isIntersecting) this.near.add(target);
          else if (!target.contains(document.activeElement)) this.near.delete(target);
        }
        changed();
      },
      { rootMargin: margin },
    );
  }

  get ids(): Set<string> {
    return new Set([...this.near].map((e) => e.id));
  }

  /** These are there, and no others. */
  watch(elements: Iterable<Element>): void {
    const there = new Set(elements);
    for (const e of this.watched) {
      if (there.has(e)) continue;
      this.observer.unobserve(e);
      this.watched.delete(e);
      this.near.delete(e);
    }
    for (const e of there) {
      if (this.watched.has(e)) continue;
      this.watched.add(e);
      this.observer.observe(e);
    }
  }

  stop(): void {
    this.observer.disconnect();
    this.watched.clear();
    this.near.clear();
  }
}
