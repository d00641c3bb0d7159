import { fromBase64 } from '../bytes.js';

export interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** White space is these four characters, as in other readers of PEM. */
const BLOCK = /(?:^|[ \t\r\n])-----BEGIN ([^\n-]*)-----([A-Za-z0-9+/= \t\r\n]*)-----END \1-----(?=[ \t\r\n]|$)/g;

/** The blocks of a text in PEM (RFC 7468). What stands around them, and a block that is not base64, is passed over. */
export function readPem(bytes: Uint8Array): PemBlock[] {
  const text = new TextDecoder('utf-8').decode(bytes);
  return [...text.matchAll(BLOCK)].flatMap(([, label = '', body = '']) => {
    const decoded = fromBase64(body.replace(/[ \t\r\n]/g, ''));
    return decoded === null ? [] : [{ label, bytes: decoded }];
  });
}
