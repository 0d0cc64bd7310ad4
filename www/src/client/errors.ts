/** The two ways in which asking the lab can fail. */

import type { LabError as LabErrorShape, LabErrorCode, ReplyError as ReplyErrorShape } from './api';

/** The lab could not do what was asked: see `code`. */
export class LabError extends Error implements LabErrorShape {
  override readonly name = 'LabError';
  readonly code: LabErrorCode;

  constructor(code: LabErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The server answered a command with an error; `message` is its text. */
export class ReplyError extends Error implements ReplyErrorShape {
  override readonly name = 'ReplyError';
}
