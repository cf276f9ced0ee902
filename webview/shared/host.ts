/** The one channel of this page to the extension host. */
import { Channel, type WebviewApi } from './channel.js';

declare function acquireVsCodeApi(): WebviewApi;

export const host = new Channel(acquireVsCodeApi(), (problem) => console.warn(problem));
window.addEventListener('message', (e) => host.receive(e.data));
