/** Where Resplay's own files are, and whether the page is its own or somebody's who embeds it. */

/** The folder of the built site: all chunks lie in one folder below it. */
export const siteFolder = (): string =>
  import.meta.env.DEV
    ? new URL('.', document.baseURI).href
    : new URL(/* @vite-ignore */ '..', import.meta.url).href;

/** Whether this is Resplay's page, in whose storage it may keep things. */
export const isOwnPage = (): boolean =>
  document.querySelector('meta[name="application-name"][content="Resplay"]') !== null;
