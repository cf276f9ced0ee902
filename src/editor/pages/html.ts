import { randomBytes } from 'node:crypto';
import { escapeHtml } from '../../core/escapeHtml.js';

/** What the page may load: nothing, except its own script by nonce and its own styles, fonts and images. */
export interface PageResources {
  title: string;
  script: string;
  style: string;
  /** `webview.cspSource` */
  source: string;
}

/**
 * The document of a page. Inline styles are allowed because Lit and KaTeX place glyphs with them; inline script is not.
 * @see {@link https://code.visualstudio.com/api/extension-guides/webview#content-security-policy}
 */
export function pageHtml({ title, script, style, source }: PageResources, nonce = randomBytes(18).toString('base64')): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${source} 'unsafe-inline'`,
    `font-src ${source}`,
    `img-src ${source} data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${escapeHtml(style)}">
</head>
<body>
<script nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>`;
}
