import { storageEn } from './storage.en';
import { viewsEn } from './views.en';

/**
 * Every visible string of the page, in English. `{name}` is a place to fill in. Redis's own words (commands,
 * replies, type names) are not here: they are the same in every language.
 */
export const en = {
  ...viewsEn,
  ...storageEn,
  'panels.servers': 'Servers',
  'panels.code': 'Code',
  'panels.experiments': 'Experiments',
  'panels.lessons': 'Lessons',
  'status.paused': 'Paused',

  'app.tagline': 'A Redis lab in one browser tab',
  'app.skip': 'Skip to the console',
  'app.main': 'Lab',
  'app.splitter': 'Resize console and panels',
  'app.splitterPanels': 'Resize charts and the panels below',

  'header.examples': 'Examples',
  'header.languageOther': '中文',
  'header.languageSwitch': 'Switch to Simplified Chinese',
  'header.theme': 'Theme',
  'header.themeSystem': 'System theme',
  'header.themeLight': 'Light theme',
  'header.themeDark': 'Dark theme',
  'header.help': 'Help',
  'header.menuLabel': 'Examples to run',

  'status.starting': 'starting',
  'status.running': 'running',
  'status.crashed': 'crashed',
  'status.closed': 'closed',
  'status.unavailable': 'not available',
  'status.label': 'Server {address}: {status}',

  'console.title': 'Console {number}',
  'console.titleAt': 'Console {number}, port {port}',
  'console.tabs': 'Consoles',
  'console.new': 'New console',
  'console.close': 'Close this console',
  'console.sideBySide': 'Consoles side by side',
  'console.raw': 'RESP',
  'console.rawTitle': 'Show the raw RESP bytes both ways',
  'console.copy': 'Copy all output',
  'console.copied': 'Copied',
  'console.copyFailed': 'The browser did not allow copying',
  'console.clear': 'Clear the screen (Ctrl-L)',
  'console.stop': 'Stop the running command (Ctrl-C)',
  'console.output': 'Output',
  'console.input': 'Redis command',
  'console.completions': 'Completions',
  'console.completionOf': '{text}, {number} of {total}',
  'console.search': '(reverse-i-search)',
  'console.searchNone': 'no match',
  'console.sent': 'sent',
  'console.received': 'received',
  'console.linesDropped': 'Older lines were dropped to keep this quick: {count}',
  'console.manyLines': '{count} lines of output',
  'console.run': 'Run',
  'console.unavailable': 'The console could not connect: {reason}',
  'console.tryTitle':
    'A real Redis-compatible server runs in this tab. Type commands as in redis-cli.',
  'console.tryFirst': 'Try first',
  'console.tryPing': 'is the server there?',
  'console.tryString': 'a counter that goes up',
  'console.tryRanking': 'a ranking: its bars show up in the chart',
  'console.tryHelp': 'what a command does',
  'console.tryKeys': '{tab} completes, {up} brings back what you typed, {search} searches it.',

  'panels.label': 'Live views',
  'panels.charts': 'Charts',
  'panels.keys': 'Keys',
  'panels.metrics': 'Metrics',
  'panels.addChart': 'Add chart',
  'panels.chartRemove': 'Remove the chart of {key}',
  'panels.noCharts': 'No chart yet',
  'panels.noChartsHint':
    'Add one for any sorted set, and watch its bars trade places as the scores change.',

  'crash.title': 'The server crashed',
  'crash.explain':
    'The engine stopped with an internal error. That is a bug of Resplay, not something you did wrong. What was in memory is lost; the page and your history are not.',
  'crash.message': 'What it said',
  'crash.commands': 'The last commands; the final one was running',
  'crash.noCommands': 'No command had been sent.',
  'crash.client': 'client {id}',
  'crash.restart': 'Restart the server',
  'crash.restarting': 'Restarting…',
  'crash.copy': 'Copy the report',
  'crash.restartFailed': 'It did not start again: {reason}. Reload the page to go on.',

  'unavailable.title': 'The engine could not be loaded',
  'unavailable.explain':
    'Resplay needs WebAssembly and a worker. Check the connection, or that nothing blocks them, and reload the page.',
  'unavailable.reload': 'Reload',

  'help.title': 'Help',
  'help.close': 'Close',
  'help.intro':
    'Resplay is a Redis-compatible server that runs entirely in this tab, in a worker. Nothing you type leaves the browser. It answers as Redis 7.2.',
  'help.first': 'First steps',
  'help.step1':
    'Open {examples} and run the music ranking: its commands appear in the console and its bars in the chart.',
  'help.step2': 'Type {command} and watch the bars trade places.',
  'help.step3':
    'Switch on random traffic, open more consoles, or look at the raw RESP bytes with {raw}.',
  'help.keys': 'Keys of the console',
  'help.keyComplete': 'complete; again for the next one. On an empty line, go to the next control',
  'help.keyHistory': 'earlier and later lines',
  'help.keySearch': 'search the history; again for an older match',
  'help.keyEscape': 'take back a completion or search; then {tab} leaves the console',
  'help.keyLine': 'start and end of the line',
  'help.keyKill': 'delete to the end, to the start, one word back',
  'help.keyClear': 'clear the screen',
  'help.keyCancel': 'drop the line, or stop a running command',
  'help.keyAll': 'in the output: select everything in it',
  'help.commands': 'Commands',
  'help.commandsText':
    'A number before a command repeats it. {help1} explains a command, {help2} lists a group, {clear} empties the screen, {resp3} switches to RESP3.',
} as const;
