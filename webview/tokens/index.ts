import '../shared/controls.js';
import { TokensPage } from './page.js';
// After the page, whose ground they refine; the header is that of the groups page.
import '../shared/rollout.css';
import '../shared/rows.css';
import '../shared/entries.css';
import './tokens.css';

customElements.define('tokens-page', TokensPage);
document.body.append(document.createElement('tokens-page'));
