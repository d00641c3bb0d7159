import { FormatError } from '../bytes.js';
import { type Asn1, Tags } from './asn1.js';

/** An algorithm as certificates and CMS name it (RFC 5280, section 4.1.1.2). */
export interface AlgorithmIdentifier {
  readonly oid: string;
  /** NULL, an object identifier or a sequence. */
  readonly parameters: Asn1 | undefined;
}

/** @throws FormatError when it is of another form. */
export function readAlgorithm(item: Asn1): AlgorithmIdentifier {
  const [oid, parameters, ...more] = item.sequence();
  if (oid === undefined || more.length > 0) throw new FormatError('An algorithm is not a name and parameters.');
  if (parameters !== undefined && !isNull(parameters)) {
    if (parameters.is(Tags.oid)) parameters.oid();
    else parameters.sequence();
  }
  return { oid: oid.oid(), parameters };
}

export const isNull = (value: Asn1): boolean => value.is(Tags.null) && !value.constructed && value.content.length === 0;
