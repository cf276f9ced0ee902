import { html, render } from 'lit';
import { messageOf } from '../../src/core/messageOf.js';
import { pictureOf } from '../../src/contracts/everyPage.js';
import { host } from './host.js';
import { icon } from './states.js';

/** `<run-picture .run .media>`: a picture of the run's own folder, brought by the host; never fetched. */
class RunPicture extends HTMLElement {
  run = '';
  private name = '';

  set media(name: string) {
    if (name === this.name) return;
    this.name = name;
    this.say('');
    void host.request(pictureOf, { run: this.run, media: name }).then(
      (url) => this.name === name && this.show(url),
      (error: unknown) => this.name === name && this.say(`: ${messageOf(error)}`),
    );
  }

  private show(url: string): void {
    const fail = () => this.say(': the file is no picture');
    render(html`<img src=${url} alt=${`picture ${this.name}`} @error=${fail} />`, this);
  }

  private say(why: string): void {
    render(html`<p class="quiet picture">${icon('file-media')} picture <code>${this.name}</code>${why}</p>`, this);
  }
}

customElements.define('run-picture', RunPicture);
