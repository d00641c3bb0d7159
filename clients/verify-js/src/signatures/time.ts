import { FormatError } from '../bytes.js';
import { type Asn1, Tags } from './asn1.js';

/** UTCTime or GeneralizedTime in the forms of RFC 5280, section 4.1.2.5, in seconds since 1970. */
export function readTime(time: Asn1): number {
  const isUtc = time.is(Tags.utcTime);
  const text = new TextDecoder('latin1').decode(time.primitive(isUtc ? Tags.utcTime : Tags.generalizedTime));
  const [, year = '', month, day, hour, minute, second] = (isUtc ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/).exec(text) ?? [];
  const century = !isUtc ? '' : Number(year) < 50 ? '20' : '19';
  const stated = `${century}${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const milliseconds = Date.parse(stated);
  // A day that the month has not is taken for one of the next month, and 24 o'clock for the next day's midnight.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString() !== stated || stated.startsWith('0000')) throw new FormatError('A time in a certificate is malformed.');
  return milliseconds / 1000;
}
