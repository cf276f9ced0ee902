import { html, type TemplateResult } from 'lit';
import { reveal } from '../../src/core/reveal.js';

/** A name that breaks after the signs within it, and not within a word: `lcb_` `conflicting_` `minimal`. */
export const breakable = (name: string): TemplateResult =>
  html`${reveal(name)
    .split(/(?<=[_/:|.-])/)
    .map((part, i) => (i === 0 ? part : html`<wbr />${part}`))}`;
