import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import fc from '../testing/properties';
import { composeText, flowList, yamlText } from './yaml';

const ODD = [
  ...[
    '',
    ' ',
    'yes',
    'No',
    'on',
    'null',
    '~',
    '1',
    '1.5',
    '.5',
    '-1',
    '0x1f',
    '1e3',
    '.inf',
    '.nan',
    '.',
    '..',
    '._',
    '.e-5',
    '-.',
  ],
  ...[
    'a: b',
    '- a',
    '# a',
    'a #b',
    '&a',
    '*a',
    '!a',
    '|',
    '>',
    '%a',
    '@a',
    '`a',
    '{a}',
    '[a]',
    'a,b',
  ],
  ...[
    '"',
    "'",
    '\\',
    '\n',
    '\t',
    '\0',
    '\x85',
    '\u2028',
    '\ufeff',
    '🙂',
    '---',
    '...',
    '1:30',
    '=',
    '<<',
  ],
];

describe('a text in YAML', () => {
  it('is bare where nobody can mistake it', () => {
    expect(yamlText('redis:7.2')).toBe('redis:7.2');
    expect(yamlText('./start.sh:/start.sh:ro')).toBe('./start.sh:/start.sh:ro');
  });

  it.each(['1.1', '1.2'] as const)('is read as it was by readers of %s', (version) => {
    const expectSame = (text: string): void => {
      const read = parse(`a: ${yamlText(text)}\nb: [${yamlText(text)}, x]\n`, {
        version,
      }) as unknown;
      expect(read).toEqual({ a: text, b: [text, 'x'] });
    };
    ODD.forEach(expectSame);
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), expectSame));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), expectSame));
  });

  it('has no variables for docker-compose', () => {
    expect(composeText('a $HOME ${X}')).toBe('"a $$HOME $${X}"');
    expect(flowList(['sh', '-c', 'echo $x'])).toBe('[sh, "-c", "echo $$x"]');
  });
});
