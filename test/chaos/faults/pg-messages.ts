/** Kinds of frontend messages, by the byte that they begin with. */
const KINDS = {
  B: 'bind',
  C: 'close',
  D: 'describe',
  E: 'execute',
  F: 'call',
  H: 'flush',
  P: 'parse',
  Q: 'query',
  S: 'sync',
  X: 'terminate',
  c: 'copy-done',
  d: 'copy-data',
  f: 'copy-fail',
  p: 'password',
} as const;

/** What a message to describe or close is about, if not a statement. */
const PORTAL = 'P'.charCodeAt(0);

/** Requests that come before the start-up packet, in its form; what follows is in that form too. */
const REQUESTS: Record<number, 'ssl-request' | 'gssenc-request' | 'cancel-request'> = {
  80877102: 'cancel-request',
  80877103: 'ssl-request',
  80877104: 'gssenc-request',
};

export type FrontendKind =
  (typeof KINDS)[keyof typeof KINDS] | (typeof REQUESTS)[number] | 'startup' | 'unknown';

/** One message of a client, as PostgreSQL's protocol 3 has it, with what it says about itself. */
export interface FrontendMessage {
  readonly kind: FrontendKind;
  /** The whole message, length and all. */
  readonly bytes: Buffer;
  /** The SQL that it carries, or that was prepared or bound under the name which it carries. */
  readonly text?: string;
  /** The name of the prepared statement, such as `claims.lockDue`; none for an unnamed one. */
  readonly statement?: string;
  /** The settings of the start-up packet: user, database, application_name and so on. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Cuts a stream into messages of which each carries its length, and keeps what is incomplete. */
class Frames {
  private rest: Buffer = Buffer.alloc(0);

  /** @param typeLength how long the part before the next length is, asked anew for each message. */
  *cut(bytes: Buffer, typeLength: () => number): Generator<Buffer> {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    for (;;) {
      const before = typeLength();
      if (this.rest.length < before + 4) return;
      const length = before + this.rest.readUInt32BE(before);
      if (this.rest.length < length) return;
      const frame = this.rest.subarray(0, length);
      this.rest = this.rest.subarray(length);
      yield frame;
    }
  }
}

/** Reads what one client sends, from its first byte on. */
export class FrontendMessages {
  private readonly frames = new Frames();
  private hasStarted = false;
  private readonly texts = new Map<string, string>();
  private readonly portals = new Map<string, string>();

  /** The messages that these bytes complete. */
  *read(bytes: Buffer): Generator<FrontendMessage> {
    for (const frame of this.frames.cut(bytes, () => (this.hasStarted ? 1 : 0))) {
      yield this.hasStarted ? this.decode(frame) : this.begin(frame);
    }
  }

  private begin(bytes: Buffer): FrontendMessage {
    const request = REQUESTS[bytes.readUInt32BE(4)];
    if (request) return { kind: request, bytes };
    this.hasStarted = true;
    const words = bytes.toString('utf8', 8).split('\0');
    const settings: Record<string, string> = {};
    for (let index = 0; words[index]; index += 2) {
      settings[words[index] as string] = words[index + 1] ?? '';
    }
    return { kind: 'startup', bytes, settings };
  }

  private decode(bytes: Buffer): FrontendMessage {
    const kind = KINDS[String.fromCharCode(bytes[0] as number) as keyof typeof KINDS] ?? 'unknown';
    if (kind === 'query') return { kind, bytes, text: word(bytes, 5) };
    const name = this.statementOf(kind, bytes);
    if (name === undefined) return { kind, bytes };
    return { kind, bytes, text: this.texts.get(name), statement: name || undefined };
  }

  /** The name of the prepared statement that a message is about: empty for the unnamed one. */
  private statementOf(kind: FrontendKind, bytes: Buffer): string | undefined {
    if (kind === 'describe' || kind === 'close') {
      const name = word(bytes, 6);
      return bytes[5] === PORTAL ? this.portals.get(name) : name;
    }
    const first = word(bytes, 5);
    if (kind === 'execute') return this.portals.get(first);
    const second = 6 + Buffer.byteLength(first);
    if (kind === 'parse') this.texts.set(first, word(bytes, second));
    else if (kind === 'bind') this.portals.set(first, word(bytes, second));
    else return undefined;
    return kind === 'parse' ? first : word(bytes, second);
  }
}

/** Reads what the server answers on one connection: whole messages, with the byte of their type. */
export class BackendMessages {
  private readonly frames = new Frames();
  private barePending = 0;

  /** The next byte is a bare answer: to the request for an encrypted connection. */
  expectBare(): void {
    this.barePending += 1;
  }

  *read(bytes: Buffer): Generator<{ type: string; bytes: Buffer }> {
    const bare = bytes.subarray(0, this.barePending);
    this.barePending -= bare.length;
    if (bare.length > 0) yield { type: '', bytes: bare };
    for (const frame of this.frames.cut(bytes.subarray(bare.length), () => 1)) {
      yield { type: String.fromCharCode(frame[0] as number), bytes: frame };
    }
  }
}

/** The text from here to the next zero byte. */
function word(bytes: Buffer, start: number): string {
  return bytes.toString('utf8', start, bytes.indexOf(0, start));
}
