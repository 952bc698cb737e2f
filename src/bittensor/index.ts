export {
  type Claims,
  type Disbelief,
  MAX_AGE_MS,
  MAX_SKEW_MS,
  readClaims,
  signRequest,
  spendNonce,
  type Verified,
  verifyClaims,
  verifyRequest,
} from "./btauth.ts";
export type { Chain, Included } from "./chain/chain.ts";
export { type Endpoint, endpointOf } from "./chain/endpoint.ts";
export { extrinsicHash, extrinsicText, signExtrinsic, verifyExtrinsic } from "./chain/extrinsic.ts";
export { publishAxon } from "./chain/publishAxon.ts";
export { registeredIn } from "./chain/registered.ts";
export {
  Account,
  Address,
  Call,
  ChainNeuron,
  Commitment,
  CommitmentField,
  CommitTerms,
  Extrinsic,
  ExtrinsicStatus,
  Head,
  Hyperparameters,
  Metagraph,
  Rao,
  WeightRow,
} from "./chain/schema.ts";
export { chainWeights, type Weighed, type WeightRules } from "./chainWeights.ts";
export { deriveSeed, developmentKeypair } from "./derive.ts";
export type { Sent } from "./exchange.ts";
export type { ServerLimits } from "./gate.ts";
export { localKeypair, readKeyfile } from "./keyfile.ts";
export { type Keypair, keypairFromSeed, type Scheme, verifySignature } from "./keys.ts";
export { sendLegacy } from "./legacy/sendLegacy.ts";
export { sendWire } from "./legacy/sendWire.ts";
export { serveLegacy } from "./legacy/serveLegacy.ts";
export { serveWire } from "./legacy/serveWire.ts";
export type { SignedServer } from "./listen.ts";
export { nextNonce } from "./nonces.ts";
export { openChain } from "./openChain.ts";
export { openReplays, type Replays } from "./replays.ts";
export { type Received, type Reply, type Route, route } from "./route.ts";
export { type SendOptions, sendSigned } from "./sendSigned.ts";
export { serveSigned } from "./serveSigned.ts";
export { decodeAddress, encodeAddress } from "./ss58.ts";
export {
  Beacon,
  beaconKey,
  Pulse,
  quicknet,
  randomnessOf,
  roundAt,
  verifyPulse,
} from "./timelock/drand.ts";
export { sealWeights } from "./timelock/sealWeights.ts";
export { seal, unseal } from "./timelock/timelock.ts";
export { decodeWeights, encodeWeights, type WeightsPayload } from "./timelock/weightsPayload.ts";
export { cipherOf, decryptKeyfile, encryptKeyfile } from "./wallets/encryption.ts";
export { parseKeyfile, writeKeyfile } from "./wallets/keyfile.ts";
export { type PasswordSources, passwordFor, passwordVariable } from "./wallets/password.ts";
export { newPhrase, PHRASE_WORDS, seedOfPhrase } from "./wallets/phrase.ts";
export { keyOf, type Origin, type StoredKey, signerOf } from "./wallets/storedKey.ts";
export {
  type Listed,
  listWallets,
  readStoredKey,
  type WalletName,
  type WalletPlace,
  walletPlace,
  writeStoredKey,
} from "./wallets/wallet.ts";
