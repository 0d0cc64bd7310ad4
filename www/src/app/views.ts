/** The live views define their elements; the page only places them. */
export {};
