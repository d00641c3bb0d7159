/** Control and format characters, line and paragraph separators, and half surrogate pairs; joiners stay, since they belong to words and emoji. */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text that others chose, as one line that shows all there is: what could forge a line, steer the terminal or turn the line around appears as an escape. */
export function plainText(text: string): string {
  return text.replace(UNSEEN, (unseen) => (/\p{Cs}/u.test(unseen) ? '\ufffd' : `\\u{${(unseen.codePointAt(0) as number).toString(16)}}`));
}
