/** What can go wrong on the way to a real server. */

export type ProblemCode =
  /** The address of the bridge is none. */
  | 'address'
  /** The page came over https, the bridge would be spoken to without encryption, which browsers refuse. */
  | 'mixed'
  /** Nothing that speaks WebSocket answers at the address. */
  | 'unreachable'
  /** The bridge answers, and hangs up: it does not reach the server, or does not know the token. */
  | 'refused'
  /** Nothing came in time. */
  | 'timeout'
  /** Whatever answers does not speak Redis's protocol. */
  | 'foreign'
  /** More was sent than the page takes. */
  | 'tooBig'
  /** The server wants a password. */
  | 'noauth'
  /** User and password do not fit. */
  | 'wrongpass'
  /** The server is in protected mode. */
  | 'protected'
  /** The server answered with another error. */
  | 'error'
  /** The connection was there, and is gone. */
  | 'lost'
  /** Another server is meant, to which the address of the bridge shows no way. */
  | 'noway';

const TEXTS: Readonly<Record<ProblemCode, string>> = {
  address: 'The address of the bridge is not valid',
  mixed: 'A page that came over https may only use wss://',
  unreachable: 'The bridge does not answer',
  refused: 'The bridge does not reach the server',
  timeout: 'There was no answer in time',
  foreign: 'What answers is no Redis server',
  tooBig: 'The server sent more than the page takes',
  noauth: 'The server wants a password',
  wrongpass: 'User name or password are wrong',
  protected: 'The server is in protected mode',
  error: 'The server answered with an error',
  lost: 'The connection was closed',
  noway: 'The address of the bridge names no way to this server',
};

export class RemoteError extends Error {
  override readonly name = 'RemoteError';

  constructor(
    readonly code: ProblemCode,
    /** What the server or the bridge said, or which server is meant. */
    readonly detail = '',
  ) {
    super(detail === '' ? TEXTS[code] : `${TEXTS[code]}: ${detail}`);
  }
}

/** What an error reply to the first commands means. */
export function refusal(text: string): RemoteError {
  const [word = ''] = text.split(' ', 1);
  if (word === 'NOAUTH') return new RemoteError('noauth', text);
  if (word === 'WRONGPASS' || text.startsWith('ERR invalid password'))
    return new RemoteError('wrongpass', text);
  if (word === 'DENIED' || word === '-DENIED') return new RemoteError('protected', text);
  return new RemoteError('error', text);
}
