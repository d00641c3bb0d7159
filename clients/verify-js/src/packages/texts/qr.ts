/** Version 10, error correction M, mask 0: the one symbol that certificates have (ISO/IEC 18004). */
const SIZE = 57;
const DATA_CODEWORDS = 216;
const BLOCKS = [43, 43, 43, 43, 44];
const CORRECTION = 26;
const ALIGNMENT = [6, 28, 50];
const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
/** Level M is 0 and so is the mask, so that only the standard's own mask of the format bits is left. */
const FORMAT_BITS = 0x5412;
const VERSION = 10;

/** The symbol of a text of capitals, digits and a few marks, as the certificate draws it. */
export function qrSvg(text: string): string {
  const modules = new Symbol57(interleave(encodeText(text))).modules;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 65 65"><path stroke="#000" d="${modules.map(rowPath).join('')}"/></svg>`;
}

/** The dark runs of a row. */
function rowPath(row: readonly boolean[], y: number): string {
  let [path, x, end] = ['', 0, -1];
  while (x < SIZE) {
    if (!row[x]) {
      x++;
      continue;
    }
    const begin = x;
    while (row[x]) x++;
    path += end < 0 ? `M${begin + 4} ${y + 4}.5h${x - begin}` : `m${begin - end} 0h${x - begin}`;
    end = x;
  }
  return path;
}

/** One segment in alphanumeric mode, ended and padded. */
function encodeText(text: string): number[] {
  const bits: number[] = [];
  const put = (value: number, width: number): void => {
    for (let i = width - 1; i >= 0; i--) bits.push((value >> i) & 1);
  };
  put(0b0010, 4);
  put(text.length, 11);
  for (let i = 0; i < text.length; i += 2) {
    const [a, b] = [ALPHANUMERIC.indexOf(text[i] as string), text[i + 1]];
    if (b === undefined) put(a, 6);
    else put(a * 45 + ALPHANUMERIC.indexOf(b), 11);
  }
  put(0, Math.min(4, DATA_CODEWORDS * 8 - bits.length));
  while (bits.length % 8 !== 0) bits.push(0);
  const words = Array.from({ length: bits.length / 8 }, (_, i) => Number.parseInt(bits.slice(8 * i, 8 * i + 8).join(''), 2));
  for (let pad = 0xec; words.length < DATA_CODEWORDS; pad ^= 0xec ^ 0x11) words.push(pad);
  return words;
}

/** Blocks, first their data one word of each in turn, then their error correction. */
function interleave(words: readonly number[]): number[] {
  let at = 0;
  const data = BLOCKS.map((length) => words.slice(at, (at += length)));
  const correction = data.map(remainder);
  const turns = (blocks: readonly (readonly number[])[], longest: number): number[] =>
    Array.from({ length: longest }, (_, i) => blocks.flatMap((block) => (i < block.length ? [block[i] as number] : []))).flat();
  return [...turns(data, Math.max(...BLOCKS)), ...turns(correction, CORRECTION)];
}

function multiply(a: number, b: number): number {
  let product = 0;
  for (let i = 7; i >= 0; i--) product = (product << 1) ^ ((product >> 7) * 0x11d) ^ (((b >> i) & 1) * a);
  return product & 0xff;
}

/** Coefficients of the generator, the product of (x - 2^i), without the leading one. */
const GENERATOR = ((): readonly number[] => {
  const result = [...new Array<number>(CORRECTION - 1).fill(0), 1];
  for (let i = 0, root = 1; i < CORRECTION; i++, root = multiply(root, 2)) for (let j = 0; j < CORRECTION; j++) result[j] = multiply(result[j] as number, root) ^ (result[j + 1] ?? 0);
  return result;
})();

/** Reed-Solomon error correction of one block. */
function remainder(data: readonly number[]): number[] {
  const result = new Array<number>(CORRECTION).fill(0);
  for (const word of data) {
    const factor = word ^ (result.shift() as number);
    result.push(0);
    GENERATOR.forEach((coefficient, i) => (result[i] = (result[i] as number) ^ multiply(coefficient, factor)));
  }
  return result;
}

class Symbol57 {
  readonly modules: boolean[][] = Array.from({ length: SIZE }, () => new Array<boolean>(SIZE).fill(false));
  private readonly reserved: boolean[][] = Array.from({ length: SIZE }, () => new Array<boolean>(SIZE).fill(false));

  constructor(codewords: readonly number[]) {
    this.drawPatterns();
    this.drawFormat();
    this.drawVersion();
    this.drawCodewords(codewords);
  }

  private set(x: number, y: number, dark: boolean): void {
    (this.modules[y] as boolean[])[x] = dark;
    (this.reserved[y] as boolean[])[x] = true;
  }

  private drawPatterns(): void {
    for (let i = 0; i < SIZE; i++) {
      this.set(6, i, i % 2 === 0);
      this.set(i, 6, i % 2 === 0);
    }
    for (const [x, y] of [[3, 3], [SIZE - 4, 3], [3, SIZE - 4]] as const) this.drawRings(x, y, 4, [2, 4]);
    const last = ALIGNMENT.length - 1;
    ALIGNMENT.forEach((x, i) => ALIGNMENT.forEach((y, j) => {
      const isFinder = (i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0);
      if (!isFinder) this.drawRings(x, y, 2, [1]);
    }));
  }

  /** Squares around a centre, dark except at these distances. */
  private drawRings(x: number, y: number, radius: number, light: readonly number[]): void {
    for (let dy = -radius; dy <= radius; dy++)
      for (let dx = -radius; dx <= radius; dx++) {
        const [column, row] = [x + dx, y + dy];
        if (column >= 0 && column < SIZE && row >= 0 && row < SIZE) this.set(column, row, !light.includes(Math.max(Math.abs(dx), Math.abs(dy))));
      }
  }

  private drawFormat(): void {
    const bit = (i: number): boolean => ((FORMAT_BITS >> i) & 1) !== 0;
    for (let i = 0; i < 6; i++) this.set(8, i, bit(i));
    this.set(8, 7, bit(6));
    this.set(8, 8, bit(7));
    this.set(7, 8, bit(8));
    for (let i = 9; i < 15; i++) this.set(14 - i, 8, bit(i));
    for (let i = 0; i < 8; i++) this.set(SIZE - 1 - i, 8, bit(i));
    for (let i = 8; i < 15; i++) this.set(8, SIZE - 15 + i, bit(i));
    this.set(8, SIZE - 8, true);
  }

  private drawVersion(): void {
    let rest = VERSION;
    for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
    const bits = (VERSION << 12) | rest;
    for (let i = 0; i < 18; i++) {
      const [a, b, dark] = [SIZE - 11 + (i % 3), Math.floor(i / 3), ((bits >> i) & 1) !== 0];
      this.set(a, b, dark);
      this.set(b, a, dark);
    }
  }

  /** In columns of two from the right, up and down in turn, passing over the timing column; mask 0 inverts where row and column are even together. */
  private drawCodewords(words: readonly number[]): void {
    let i = 0;
    for (let right = SIZE - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      const upward = ((right + 1) & 2) === 0;
      for (let step = 0; step < SIZE; step++)
        for (const x of [right, right - 1]) {
          const y = upward ? SIZE - 1 - step : step;
          if ((this.reserved[y] as boolean[])[x]) continue;
          const dark = (((words[i >> 3] ?? 0) >> (7 - (i & 7))) & 1) !== 0;
          (this.modules[y] as boolean[])[x] = dark !== ((x + y) % 2 === 0);
          i++;
        }
    }
  }
}

