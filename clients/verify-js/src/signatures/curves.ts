import { ecdsa, type ECDSA, weierstrassN } from '@noble/curves/abstract/weierstrass';
import { p256, p384, p521 } from '@noble/curves/nist';
import { secp256k1 } from '@noble/curves/secp256k1';
import { sha256 } from '@noble/hashes/sha2';

/** A curve that certificates name. */
export interface NamedCurve {
  readonly bits: number;
  readonly ecdsa: Pick<ECDSA, 'verify' | 'Point'>;
}

/** Curves that noble does not name, by SEC 2 and RFC 5639: p, a, b, the generator's x and y, and its order, in hexadecimal. */
const PARAMETERS: Readonly<Record<string, readonly [p: string, a: string, b: string, x: string, y: string, n: string]>> = {
  // secp224r1
  '1.3.132.0.33': [
    'ffffffffffffffffffffffffffffffff000000000000000000000001',
    'fffffffffffffffffffffffffffffffefffffffffffffffffffffffe',
    'b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4',
    'b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21',
    'bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34',
    'ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d',
  ],
  // brainpoolP256r1
  '1.3.36.3.3.2.8.1.1.7': [
    'a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377',
    '7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9',
    '26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6',
    '8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262',
    '547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997',
    'a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7',
  ],
  // brainpoolP320r1
  '1.3.36.3.3.2.8.1.1.9': [
    'd35e472036bc4fb7e13c785ed201e065f98fcfa6f6f40def4f92b9ec7893ec28fcd412b1f1b32e27',
    '3ee30b568fbab0f883ccebd46d3f3bb8a2a73513f5eb79da66190eb085ffa9f492f375a97d860eb4',
    '520883949dfdbc42d3ad198640688a6fe13f41349554b49acc31dccd884539816f5eb4ac8fb1f1a6',
    '43bd7e9afb53d8b85289bcc48ee5bfe6f20137d10a087eb6e7871e2a10a599c710af8d0d39e20611',
    '14fdd05545ec1cc8ab4093247f77275e0743ffed117182eaa9c77877aaac6ac7d35245d1692e8ee1',
    'd35e472036bc4fb7e13c785ed201e065f98fcfa5b68f12a32d482ec7ee8658e98691555b44c59311',
  ],
  // brainpoolP384r1
  '1.3.36.3.3.2.8.1.1.11': [
    '8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53',
    '7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8aa5814a503ad4eb04a8c7dd22ce2826',
    '04a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57cb4390295dbc9943ab78696fa504c11',
    '1d1c64f068cf45ffa2a63a81b7c13f6b8847a3e77ef14fe3db7fcafe0cbd10e8e826e03436d646aaef87b2e247d4af1e',
    '8abe1d7520f9c2a45cb1eb8e95cfd55262b70b29feec5864e19c054ff99129280e4646217791811142820341263c5315',
    '8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565',
  ],
  // brainpoolP512r1
  '1.3.36.3.3.2.8.1.1.13': [
    'aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca703308717d4d9b009bc66842aecda12ae6a380e62881ff2f2d82c68528aa6056583a48f3',
    '7830a3318b603b89e2327145ac234cc594cbdd8d3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94ca',
    '3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94cadc083e67984050b75ebae5dd2809bd638016f723',
    '81aee4bdd82ed9645a21322e9c4c6a9385ed9f70b5d916c1b43b62eef4d0098eff3b1f78e2d0d48d50d1687b93b97d5f7c6d5047406a5e688b352209bcb9f822',
    '7dde385d566332ecc0eabfa9cf7822fdf209f70024a57b1aa000c55b881f8111b2dcde494a5f485e5bca4bd88a2763aed1ca2b2fa8f0540678cd1e0f3ad80892',
    'aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870553e5c414ca92619418661197fac10471db1d381085ddaddb58796829ca90069',
  ],
};

const KNOWN = new Map<string, NamedCurve>([
  ['1.2.840.10045.3.1.7', { bits: 256, ecdsa: p256 }],
  ['1.3.132.0.34', { bits: 384, ecdsa: p384 }],
  ['1.3.132.0.35', { bits: 521, ecdsa: p521 }],
  ['1.3.132.0.10', { bits: 256, ecdsa: secp256k1 }],
]);

/** The curve of an object identifier; null when it is not one that can be used. */
export function curveOf(oid: string): NamedCurve | null {
  const parameters = PARAMETERS[oid];
  // Made when it is first asked for: few packages need one of these.
  if (!KNOWN.has(oid) && parameters !== undefined) KNOWN.set(oid, make(...parameters));
  return KNOWN.get(oid) ?? null;
}

function make(...[p, a, b, Gx, Gy, n]: readonly [string, string, string, string, string, string]): NamedCurve {
  const number = (hex: string): bigint => BigInt(`0x${hex}`);
  const point = weierstrassN({ p: number(p), a: number(a), b: number(b), n: number(n), h: 1n, Gx: number(Gx), Gy: number(Gy) });
  return { bits: 4 * p.length, ecdsa: ecdsa(point, sha256) };
}
