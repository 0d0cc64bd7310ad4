/** What embedded elements tell the page around them, as events that do not bubble: the types that are published beside the loader. */

export type * from '../../public/resplay';
