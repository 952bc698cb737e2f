/** WebAssembly put together by hand, for tests: what of its binary format a small runtime needs. */

type Type = "i32" | "i64";
const TYPES = { i32: 0x7f, i64: 0x7e };

export interface Method {
  /** Its parameters are the pointer and the length of its input, unless given. */
  parameters?: Type[];
  results?: Type[];
  locals?: Type[];
  body: number[];
}

/** A module that imports `env.memory` and these functions, and exports these methods and `__heap_base`. */
export function assemble({
  imports,
  methods,
  pages = 1,
  most,
  data = [],
  heapBase = 4_096,
}: {
  imports: Readonly<Record<string, { parameters: Type[]; results: Type[] }>>;
  methods: Readonly<Record<string, Method>>;
  pages?: number;
  most?: number;
  data?: { at: number; bytes: Uint8Array }[];
  heapBase?: number;
}): Uint8Array {
  const names = Object.keys(imports);
  const whole = Object.values(methods).map((method) => ({
    parameters: ["i32", "i32"] as Type[],
    results: ["i64"] as Type[],
    locals: [] as Type[],
    ...method,
  }));
  const types = [...Object.values(imports), ...whole].map(({ parameters, results }) => [
    0x60,
    ...list(parameters.map((type) => [TYPES[type]])),
    ...list(results.map((type) => [TYPES[type]])),
  ]);
  const limits = most === undefined ? [0, ...leb(pages)] : [1, ...leb(pages), ...leb(most)];
  const imported = names.map((name, index) => [...text("env"), ...text(name), 0x00, ...leb(index)]);
  const exported = Object.keys(methods).map((name, index) => [
    ...text(name),
    0x00,
    ...leb(names.length + index),
  ]);
  const code = whole.map(({ locals, body }) => {
    const inside = [...list(locals.map((type) => [1, TYPES[type]])), ...body, 0x0b];
    return [...leb(inside.length), ...inside];
  });
  const segments = data.map(({ at, bytes }) => [0x00, ...i32(at), 0x0b, ...leb(bytes.length), ...bytes]);
  return Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, list(types)),
    ...section(2, list([...imported, [...text("env"), ...text("memory"), 0x02, ...limits]])),
    ...section(3, list(whole.map((_, index) => leb(names.length + index)))),
    ...section(6, list([[TYPES.i32, 0x00, ...i32(heapBase), 0x0b]])),
    ...section(7, list([...exported, [...text("__heap_base"), 0x03, 0]])),
    ...section(10, list(code)),
    ...section(11, list(segments)),
  );
}

/** Instructions. */
export const local = (index: number) => [0x20, index];
export const setLocal = (index: number) => [0x21, index];
export const i32 = (value: number) => [0x41, ...signed(BigInt(value | 0))];
const i64 = (value: bigint) => [0x42, ...signed(value)];
export const invoke = (index: number) => [0x10, ...leb(index)];
export const drop = [0x1a];
export const unreachable = [0x00];
export const add = [0x6a];
export const subtract = [0x6b];
export const wrap = [0xa7];
export const load = (offset: number) => [0x28, 0x00, ...leb(offset)];
export const store = (offset: number) => [0x36, 0x00, ...leb(offset)];
export const load8 = (offset: number) => [0x2d, 0x00, ...leb(offset)];
export const store8 = (offset: number) => [0x3a, 0x00, ...leb(offset)];
/** If two i32 are the same, an i64 that is made up to `otherwise`, else one made up to `end`. */
export const whenEqual = [0x46, 0x04, 0x7e];
export const otherwise = [0x05];
export const end = [0x0b];
/** The upper half of an i64. */
export const upper = (value: number[]) => [...value, ...i64(32n), 0x88, ...wrap];
/** From a pointer and a length to both in one i64. */
export const span = (pointer: number[], length: number[]) => [
  ...[...length, 0xad], // i64.extend_i32_u
  ...i64(32n),
  0x86, // i64.shl
  ...[...pointer, 0xad],
  0x84, // i64.or
];

function section(id: number, content: number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

function list(items: number[][]): number[] {
  return [...leb(items.length), ...items.flat()];
}

function text(value: string): number[] {
  return list([...Buffer.from(value)].map((byte) => [byte]));
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

function signed(value: bigint): number[] {
  const low = Number(value & 127n);
  const rest = value >> 7n;
  const ends = (rest === 0n && low < 64) || (rest === -1n && low >= 64);
  return ends ? [low] : [low | 128, ...signed(rest)];
}
