import { describe, expect, it } from '@jest/globals';
import { BackendMessages, FrontendMessages } from './pg-messages.ts';

const SETTINGS = 'user\0postgres\0application_name\0tests\0\0';
const SSL_REQUEST = framed('', word(80_877_103));
const STARTUP = framed('', word(196_608), Buffer.from(SETTINGS));
const CONVERSATION = [
  STARTUP,
  framed('p', 'secret\0'),
  framed('P', 'claims.lockDue\0SELECT $1\0', Buffer.from([0, 0])),
  framed('B', 'portal\0claims.lockDue\0', Buffer.from([0, 0, 0, 0, 0, 0])),
  framed('D', 'Pportal\0'),
  framed('E', 'portal\0', word(0)),
  framed('S'),
  framed('C', 'Sclaims.lockDue\0'),
  framed('Q', 'SELECT 1 AS "é"\0'),
  framed('?'),
  framed('X'),
];
const ABOUT = { statement: 'claims.lockDue', text: 'SELECT $1' };
const MEANING = [
  { kind: 'startup', settings: { user: 'postgres', application_name: 'tests' } },
  { kind: 'password' },
  { kind: 'parse', ...ABOUT },
  { kind: 'bind', ...ABOUT },
  { kind: 'describe', ...ABOUT },
  { kind: 'execute', ...ABOUT },
  { kind: 'sync' },
  { kind: 'close', ...ABOUT },
  { kind: 'query', text: 'SELECT 1 AS "é"' },
  { kind: 'unknown' },
  { kind: 'terminate' },
];

describe('messages of a client', () => {
  it.each([
    ['at once', [Buffer.concat(CONVERSATION)]],
    ['one by one', CONVERSATION],
    ['byte by byte', [...Buffer.concat(CONVERSATION)].map((byte) => Buffer.from([byte]))],
  ])('are told apart when they come %s', (_how, pieces) => {
    const reader = new FrontendMessages();

    const messages = pieces.flatMap((piece) => [...reader.read(piece)]);

    expect(messages.map(({ bytes: _bytes, ...meaning }) => meaning)).toEqual(MEANING);
    expect(Buffer.concat(messages.map(({ bytes }) => bytes))).toEqual(Buffer.concat(CONVERSATION));
  });

  it('may begin with the wish for encryption', () => {
    const reader = new FrontendMessages();

    const kinds = [SSL_REQUEST, STARTUP].flatMap((bytes) => [...reader.read(bytes)]);

    expect(kinds.map(({ kind }) => kind)).toEqual(['ssl-request', 'startup']);
  });
});

describe('messages of the server', () => {
  it('are told apart, after a bare answer to the wish for encryption', () => {
    const reader = new BackendMessages();
    reader.expectBare();
    const answers = [Buffer.from('N'), framed('R', word(0)), framed('A', word(1), 'news\0\0')];

    const types = [...reader.read(Buffer.concat(answers))].map(({ type }) => type);

    expect(types).toEqual(['', 'R', 'A']);
  });
});

function framed(type: string, ...parts: (string | Buffer)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  return Buffer.concat([Buffer.from(type), word(body.length + 4), body]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
