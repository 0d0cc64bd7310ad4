// The snippets of a README, and what they say comes of them.

const FENCE = /^```(\w+)([^\n]*)\n([^]*?)^```$/gm;

/** A line that says what is the value of what it assigns or awaits: `await x(); // 'value'`. */
const CLAIM = /^(?<indent>\s*)(?:const (?<name>\w+) = )?(?<what>.+?);\s+\/\/ => (?<value>.+)$/;

/** All blocks: { language, about, text }. */
export function snippets(text) {
  return [...text.matchAll(FENCE)].map(([, language, about, body]) => ({
    language,
    about: about.trim(),
    text: body,
  }));
}

/** The snippet as a module that fails unless what it claims is so. */
export function checked(text) {
  let claims = 0;
  const lines = text.split('\n').map((line) => {
    const found = CLAIM.exec(line)?.groups;
    if (!found) return line;
    claims += 1;
    const { indent, name, what, value } = found;
    const check = (actual) => `assert.deepEqual(${actual}, ${value});`;
    return name ? `${indent}const ${name} = ${what}; ${check(name)}` : `${indent}${check(what)}`;
  });
  const body = lines.join('\n');
  const imports = body.includes("'node:assert/strict'")
    ? ''
    : "import assert from 'node:assert/strict';\n";
  return { claims, module: imports + body };
}
