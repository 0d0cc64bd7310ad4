/** The strings of the code view, in English. */
export const codeEn = {
  'code.run': 'Run',
  'code.runTitle': 'Run the script (Ctrl+Enter)',
  'code.stop': 'Stop',
  'code.stopTitle': 'Ends the script at once; the lab keeps its data',
  'code.clear': 'Clear the output',
  'code.loading': 'Loading Python…',
  'code.running': 'Running…',
  'code.done': 'Done.',
  'code.stopped': 'Stopped.',
  'code.editor': 'Python script',
  'code.output': 'Output of the script',
  'code.example': 'Example',
  'code.chooseExample': 'Choose an example…',
  'code.music': 'A music ranking',
  'code.sales': 'Three days of sales',
  'code.threads': 'Thirty threads without a lock',
  'code.lock': 'Thirty threads with a lock',
  'code.pipeline': 'One by one, and in a pipeline',
  'code.suspends':
    'This browser cannot suspend Python, so that a script here cannot wait for the lab. It needs Chromium 137 or newer.',
  'code.empty': 'What the script prints stands here.',
} as const;
