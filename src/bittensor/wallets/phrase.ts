import { pbkdf2Sync } from "node:crypto";
import { generateMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";

/** How many words a phrase may have, with the bits of chance in it. */
const BITS: Readonly<Record<number, number>> = { 12: 128, 15: 160, 18: 192, 21: 224, 24: 256 };
export const PHRASE_WORDS = Object.keys(BITS).map(Number);

/** A new English BIP39 phrase. */
export function newPhrase(words = 12): string {
  const bits = BITS[words];
  if (bits === undefined) throw new RangeError(`a phrase has ${PHRASE_WORDS.join(", ")} words, not ${words}`);
  return generateMnemonic(wordlist, bits);
}

/**
 * The 32-byte seed of a phrase, as Substrate derives it: PBKDF2 over the phrase's entropy, not over its text as BIP39
 * itself does (substrate-bip39). Null when it is no phrase: a word that is not in the list, a wrong checksum.
 */
export function seedOfPhrase(phrase: string): Uint8Array | null {
  let entropy: Uint8Array;
  try {
    entropy = mnemonicToEntropy(phrase.trim().split(/\s+/).join(" ").toLowerCase(), wordlist);
  } catch {
    return null;
  }
  return new Uint8Array(pbkdf2Sync(entropy, "mnemonic", 2048, 64, "sha512").subarray(0, 32));
}
