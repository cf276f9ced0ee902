/** Style sheets are bundled to dist/webview/<page>.css. */
declare module '*.css';
