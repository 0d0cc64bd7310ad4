/** The strings around a real server in the lab's place, in English. */
export const remoteEn = {
  'connect.open': 'Real server…',
  'connect.openTitle': 'Point console, charts, keys and topology at a real Redis or Valkey',
  'connect.title': 'Connect to a real server',
  'connect.about':
    'A browser opens no TCP connections, so a bridge between WebSocket and TCP has to run where both you and the server can be reached, for example websockify:',
  'connect.one': 'One server',
  'connect.many': 'A cluster, or a server with its replicas: one bridge that is told where to go',
  'connect.manyAbout':
    'The address then holds {host} and {port}, and the file names every server that may be reached, one a line: 127.0.0.1:7001: 127.0.0.1:7001',
  'connect.tls':
    'With --cert and --key the bridge speaks wss://, which a page that came over https needs.',
  'connect.address': 'Address of the bridge',
  'connect.first': 'Server to begin with',
  'connect.firstHint': 'host:port, as the bridge reaches it',
  'connect.user': 'User',
  'connect.userHint': 'empty: default',
  'connect.password': 'Password',
  'connect.passwordAbout':
    'The password stays in the memory of this tab: it is neither stored nor put into a link, and goes to the server alone.',
  'connect.warning':
    'What you enter in the console then runs on that server. Nothing there can be rewound or undone.',
  'connect.connect': 'Connect',
  'connect.connecting': 'Connecting…',
  'connect.cancel': 'Cancel',
  'notice.label': 'Real server',
  'notice.server': 'Real server',
  'notice.sentinel': 'Real sentinel',
  'notice.cluster': 'Real cluster',
  'notice.about': 'Commands run there and cannot be undone.',
  'notice.connected': 'Connected.',
  'notice.lost': 'Not connected: {reason}. Trying again.',
  'notice.refused': 'Not all can be shown, the server says:',
  'notice.disconnect': 'Back to the lab',
  'console.note': 'This console is at a real server. What you enter runs there.',
  'servers.hint': 'What the server says about itself and others, asked for once a second.',
  'servers.oneWay':
    'The bridge leads to this server alone. With {host} and {port} in its address the others could be looked at as well.',
  'problem.address':
    'This is no address of a bridge. Write it as ws://localhost:6380 or wss://bridge.example/?token={host}:{port}, the latter with a server to begin with.',
  'problem.mixed':
    'This page came over https, so browsers refuse an unencrypted ws:// to another machine. Give the bridge a certificate and use wss://.',
  'problem.unreachable':
    'No bridge answers at this address. Is it running, and is its port open? With wss:// the browser must trust its certificate: open the address with https:// in a tab to see.',
  'problem.refused':
    'The bridge answers, but does not reach the server: is that running, and are host, port or token right?',
  'problem.timeout': 'There was no answer in time.',
  'problem.foreign': 'What answers behind the bridge is no Redis server: it said {detail}',
  'problem.tooBig': 'The server sent more in one reply than this page takes.',
  'problem.noauth': 'The server wants a password.',
  'problem.wrongpass': 'The server refuses this user name and password.',
  'problem.protected':
    'The server is in protected mode and talks to its own machine alone: let the bridge run there, or set a password.',
  'problem.error': 'The server says: {detail}',
  'problem.lost': 'The connection was closed',
  'problem.noway': 'The address of the bridge shows no way to {detail}.',
} as const;
