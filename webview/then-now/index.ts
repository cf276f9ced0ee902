import { ThenNowPage } from './page.js';
// After the page, whose ground they refine.
import '../shared/rollout.css';
import '../shared/rows.css';
import '../shared/entries.css';
import '../shared/group/group.css';
import '../shared/diff/diff.css';
import './thenNow.css';

customElements.define('then-now-page', ThenNowPage);
document.body.append(document.createElement('then-now-page'));
