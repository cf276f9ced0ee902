import { findNote } from './findNote.js';
import { reveal } from '../../src/core/reveal.js';

/** Characters laid out at once: a megabyte in one line takes a browser seconds. */
const atOnce = 100_000;

/** `<raw-text .text .answer>`: the text as it is, hidden characters visible, the answer marked; a long text grows on demand. */
class RawText extends HTMLElement {
  private shown = '';
  private span: readonly [number, number] | null = null;

  set text(text: string) {
    if (text === this.shown && this.hasChildNodes()) return;
    this.shown = text;
    this.show(atOnce);
  }

  set answer(span: readonly [number, number] | null) {
    if (span?.[0] === this.span?.[0] && span?.[1] === this.span?.[1]) return;
    this.span = span;
    this.show(atOnce);
  }

  private show(length: number): void {
    const text = this.shown.slice(0, length);
    const [from, to] = this.span ?? [length, length];
    const box = document.createElement('div');
    box.className = 'plain-text';
    box.dir = 'auto';
    box.append(reveal(text.slice(0, from)));
    if (from < Math.min(to, text.length)) {
      const mark = document.createElement('mark');
      mark.className = 'first last';
      mark.append(reveal(text.slice(from, to)));
      box.append(mark, reveal(text.slice(to)));
    }
    this.replaceChildren(box);
    const left = this.shown.length - text.length;
    if (left > 0) this.append(this.moreButton(length, left), findNote());
  }

  private moreButton(length: number, left: number): HTMLButtonElement {
    const button = document.createElement('button');
    button.className = 'link more';
    button.textContent = `Show ${Math.min(left, atOnce).toLocaleString('en-US')} of ${left.toLocaleString('en-US')} more characters`;
    button.addEventListener('click', () => this.show(length + atOnce));
    return button;
  }
}

customElements.define('raw-text', RawText);
