import { FindPage } from './page.js';
// After the page, whose ground it refines.
import '../shared/rollout.css';
import './find.css';

customElements.define('find-page', FindPage);
document.body.append(document.createElement('find-page'));
