import '../shared/controls.js';
import '../shared/rollout.css';
import '../shared/richText.css';
import '../shared/group/group.css';
import { PlaygroundPage } from './page.js';
import './playground.css';

customElements.define('playground-page', PlaygroundPage);
document.body.append(document.createElement('playground-page'));
