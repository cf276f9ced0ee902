import { GroupPage } from './page.js';
// After the page, whose ground they refine.
import '../shared/rollout.css';
import '../shared/richText.css';
import '../shared/conversation.css';
import '../shared/group/group.css';
import '../shared/diff/diff.css';
import '../shared/readOnOpen.css';
import './audit.css';

customElements.define('group-page', GroupPage);
document.body.append(document.createElement('group-page'));
