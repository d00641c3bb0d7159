import { fromBase64 } from '../bytes.js';

export interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
}

const BLOCK = /(?:^|\s)-----BEGIN ([^\n-]*)-----([A-Za-z0-9+/=\s]*)-----END \1-----(?=\s|$)/g;

/** The blocks of a text in PEM (RFC 7468). What stands around them, and a block that is not base64, is passed over. */
export function readPem(bytes: Uint8Array): PemBlock[] {
  const text = new TextDecoder('utf-8').decode(bytes);
  return [...text.matchAll(BLOCK)].flatMap(([, label = '', body = '']) => {
    const decoded = fromBase64(body.replace(/\s/g, ''));
    return decoded === null ? [] : [{ label, bytes: decoded }];
  });
}
