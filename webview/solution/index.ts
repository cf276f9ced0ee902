import { SolutionPage } from './page.js';
// After the page, whose ground they refine.
import '../shared/rollout.css';
import '../shared/richText.css';
import '../shared/conversation.css';
import './solution.css';
import './tokens.css';

customElements.define('solution-page', SolutionPage);
document.body.append(document.createElement('solution-page'));
