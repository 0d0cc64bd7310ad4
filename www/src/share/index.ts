/** Labs in links: what the rest of the page may ask for. Fetched when somebody shares a lab, or comes with a link. */

export { share } from './share-dialog';
export { offerFile, openShared } from './open';
