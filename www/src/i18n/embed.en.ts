/** The strings of embedded elements, in English. */
export const embedEn = {
  'embed.run': 'Run',
  'embed.stop': 'Stop',
  'embed.reset': 'Reset',
  'embed.running': 'Running…',
  'embed.loading': 'Loading…',
  'embed.failed': 'It did not work: {reason}',
  'embed.code': 'Code that can be changed and run (Ctrl+Enter)',
  'embed.output': 'Output',
  'embed.expected': 'What it prints',
  'embed.matches': 'As expected',
  'embed.differs': 'Not what was expected',
  'embed.before': 'What it depends on did not run: {reason}',
  'embed.language': 'No {language} can be run here.',
  'embed.forgets': 'This browser keeps nothing here: the lab is gone when the page is.',
  'embed.nothing': 'It printed nothing.',
} as const;
