import '../shared/controls.js';
import { MethodsPage } from './page.js';
// After the page, whose ground they refine.
import '../shared/richText.css';
import '../shared/rollout.css';
import './methods.css';

customElements.define('methods-page', MethodsPage);
document.body.append(document.createElement('methods-page'));
