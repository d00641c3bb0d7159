const POLYNOMIAL = 0xedb88320;
const SLICES = 8;

/** Tables for eight bytes at a time: the k-th tells what a byte becomes with k zero bytes behind it. */
const TABLES = ((): readonly Int32Array[] => {
  const first = Int32Array.from({ length: 256 }, (_, i) => {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
    return crc;
  });
  const tables = [first];
  for (let k = 1; k < SLICES; k++) tables.push((tables[k - 1] as Int32Array).map((crc) => (crc >>> 8) ^ (first[crc & 0xff] as number)));
  return tables;
})();

const [T0, T1, T2, T3, T4, T5, T6, T7] = TABLES as unknown as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];

/** The CRC-32 of ZIP (APPNOTE.TXT 6.3.10, section 4.4.7). */
export class Crc32 {
  private crc = -1;

  update(bytes: Uint8Array): void {
    let [crc, i] = [this.crc, 0];
    const at = (j: number): number => bytes[j] as number;
    const look = (table: Int32Array, byte: number): number => table[byte & 0xff] as number;
    for (; i + SLICES <= bytes.length; i += SLICES) {
      crc ^= at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24);
      crc = look(T7, crc) ^ look(T6, crc >>> 8) ^ look(T5, crc >>> 16) ^ look(T4, crc >>> 24) ^ look(T3, at(i + 4)) ^ look(T2, at(i + 5)) ^ look(T1, at(i + 6)) ^ look(T0, at(i + 7));
    }
    for (; i < bytes.length; i++) crc = (crc >>> 8) ^ look(T0, crc ^ at(i));
    this.crc = crc;
  }

  get value(): number {
    return ~this.crc >>> 0;
  }
}
