/** node:tls: the lab's servers speak plain TCP. */

export function connect(): never {
  const error = new Error('The lab has no TLS: connect with redis:// and without the option tls');
  throw Object.assign(error, { code: 'ERR_TLS_UNAVAILABLE' });
}

export const createSecureContext = connect;

export default { connect, createSecureContext };
