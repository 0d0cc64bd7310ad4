/** Words of YAML. */

/** What YAML's readers take for something else than text, in one version or another. */
const NO_TEXT = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** Words, images and paths. Other dots and digits are numbers to some: even `.` alone is one in YAML 1.1. */
const BARE = /^(?:[A-Za-z/]|\.\/)[\w/.-]*(?::[\w/.-]+)*$/;

/** A text as a value: bare where no reader can mistake it, else in double quotes. */
export function yamlText(text: string): string {
  if (BARE.test(text) && !NO_TEXT.test(text)) return text;
  const quoted = JSON.stringify(text).replace(
    // What JSON leaves as it is and YAML does not print.
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return quoted;
}

/** The same in a file of docker-compose, which puts variables in the places of `$NAME`. */
export const composeText = (text: string): string => yamlText(text.replaceAll('$', '$$$$'));

export const flowList = (texts: readonly string[]): string =>
  `[${texts.map(composeText).join(', ')}]`;
