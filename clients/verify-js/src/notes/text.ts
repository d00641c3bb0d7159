import { FormatError, isWellFormed } from '../bytes.js';

/** A key name is not empty and holds no Unicode space, no control character and no plus (C2SP signed-note). */
export function checkKeyName(name: string): void {
  if (name === '' || /[\p{White_Space}\p{Cc}+]/u.test(name) || !isWellFormed(name)) throw new FormatError(`'${name}' is no key name: it must not be empty or hold spaces, control characters or '+'.`);
}

/** Whether a text is Unicode without control characters below U+0020 other than newline. */
export const isNoteText = (text: string): boolean => !/[\u0000-\u0009\u000b-\u001f]/.test(text) && isWellFormed(text);
