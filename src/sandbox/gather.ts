/**
 * Bytes that come in pieces, in one buffer that doubles. A list of the pieces would cost some two hundred bytes
 * for each, and a hostile writer may send them one byte long.
 */
export class Gathered {
  private room = Buffer.alloc(0);
  private used = 0;

  get size(): number {
    return this.used;
  }

  add(piece: Uint8Array): void {
    const wanted = this.used + piece.length;
    if (wanted > this.room.length) {
      const grown = Buffer.alloc(Math.max(wanted, this.room.length * 2, 1024));
      this.room.copy(grown, 0, 0, this.used);
      this.room = grown;
    }
    this.room.set(piece, this.used);
    this.used = wanted;
  }

  /** What there is, good until the next change. */
  bytes(): Buffer {
    return this.room.subarray(0, this.used);
  }

  /** Leave out the first `count` bytes; a large buffer that holds little is given back. */
  drop(count: number): void {
    const rest = this.room.subarray(count, this.used);
    if (this.room.length > 1 << 20 && rest.length < this.room.length / 8) this.room = Buffer.from(rest);
    else this.room.copyWithin(0, count, this.used);
    this.used = rest.length;
  }
}
