/** What the fragment of an address begins with that carries a lab; `../share` reads the rest. */
export const SHARED = '#lab=';

/** Whether this tab shows a lab that came in a link, and has nothing to do with the visitor's own. */
export const isShared = (): boolean => location.hash.startsWith(SHARED);
