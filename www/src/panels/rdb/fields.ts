/** What a stretch of an RDB file is for; each has a colour. */
export type FieldKind =
  'head' | 'opcode' | 'type' | 'count' | 'key' | 'value' | 'time' | 'damage' | 'rest';

/** What a stretch says, in the catalogue under `rdb.`. */
export type FieldRole =
  | 'magic'
  | 'version'
  | 'opAux'
  | 'opSelect'
  | 'opResize'
  | 'opExpireMs'
  | 'opExpireSeconds'
  | 'opIdle'
  | 'opFrequency'
  | 'opFunction'
  | 'opModule'
  | 'opSlot'
  | 'opEnd'
  | 'auxKey'
  | 'auxValue'
  | 'database'
  | 'keyCount'
  | 'expireCount'
  | 'expiresAt'
  | 'idle'
  | 'frequency'
  | 'library'
  | 'valueType'
  | 'key'
  | 'string'
  | 'count'
  | 'element'
  | 'member'
  | 'score'
  | 'field'
  | 'value'
  | 'container'
  | 'node'
  | 'streamId'
  | 'streamNumber'
  | 'group'
  | 'consumer'
  | 'pending'
  | 'moduleId'
  | 'moduleOpcode'
  | 'moduleNumber'
  | 'slotNumber'
  | 'checksum'
  | 'noChecksum'
  | 'rest'
  | 'damaged';

/** How a string is written. */
export type StringEncoding =
  | { readonly form: 'plain' }
  /** As a signed integer of that many bits. */
  | { readonly form: 'integer'; readonly bits: 8 | 16 | 32 }
  | { readonly form: 'lzf'; readonly packed: number };

/** A stretch of the file that means one thing. */
export interface Field {
  /** The first byte's offset. */
  readonly at: number;
  readonly length: number;
  readonly kind: FieldKind;
  readonly role: FieldRole;
  /** The first bytes, at most `SHOWN_BYTES`. */
  readonly bytes: Uint8Array;
  /** How many of them only tell length or encoding of what follows. */
  readonly prefix: number;
  /** What it says, ready to be shown; long text is cut. */
  readonly text?: string;
  /** For strings: how it is written, and its length once read. */
  readonly encoding?: StringEncoding;
  readonly size?: number;
  /** For the byte that names a value's type. */
  readonly type?: string;
  readonly stored?: string;
  /** For packed structures: what is in it. */
  readonly packed?: {
    readonly format: string;
    readonly count?: number;
    readonly entries: readonly string[];
    readonly damaged: boolean;
  };
  /** The first field of a key, of an aux pair, of a database. */
  readonly begins?: boolean;
  /** How deep inside a value: 0 or 1. */
  readonly depth: 0 | 1;
  /** For damage: the cause, in the catalogue under `rdb.cause.`. */
  readonly cause?: DamageCause;
  /** For damage: the offset at which it was noticed. */
  readonly found?: number;
}

export type DamageCause =
  'magic' | 'version' | 'truncated' | 'opcode' | 'length' | 'lzf' | 'module' | 'container';

/** More bytes of a field are not shown. */
export const SHOWN_BYTES = 256;
/** No more of a string is read to show what it says. */
export const READ_BYTES = 65536;
/** Entries of a packed structure that are spelt out. */
export const SHOWN_ENTRIES = 24;
