/** One way in which wallets encrypt a keyfile. */
export interface Cipher {
  name: "nacl" | "ansible" | "fernet";
  /** What an encrypted file begins with. */
  mark: string;
  encrypt(plain: Uint8Array, password: string): Promise<Buffer>;
  /** Null for a wrong password or a changed file: they cannot be told apart. */
  decrypt(sealed: Uint8Array, password: string): Promise<Buffer | null>;
}
