/** A set-up that cannot go on: one clear line, what mends it, and the exit code (2: something for you to do). */
export class Problem extends Error {
  constructor(message, { mend = [], code = 2, detail = "" } = {}) {
    super(message);
    /** Commands to type, or advice, a line each. */
    this.mend = mend;
    this.code = code;
    /** The last words of the program that failed. */
    this.detail = detail;
  }
}

const NETWORK =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT|UND_ERR_CONNECT_TIMEOUT|NewConnectionError|ConnectTimeoutError|Temporary failure (in name )?resol\w*|Name or service not known|Network is unreachable|Could not connect to)\b/i;
const CERTIFICATE =
  /\b(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERTIFICATE_VERIFY_FAILED|CERT_HAS_EXPIRED)\b/;
const DENIED = /\b(EACCES|EPERM|EROFS|Permission denied|Read-only file system)\b/;

/** Say in one line why fetching `what` failed, from what the program wrote. */
export function explainFailure(what, output) {
  const detail = output.trim().split("\n").slice(-12).join("\n");
  if (/\bENOSPC\b|No space left on device/.test(output))
    return new Problem(`the disk is full: ${what} could not be written`, {
      mend: ["free about 1 GB, then run this again"],
    });
  if (CERTIFICATE.test(output))
    return new Problem(`fetching ${what} failed: the registry's certificate is not trusted here`, {
      mend: ["behind a proxy with a certificate of its own: set NODE_EXTRA_CA_CERTS to its file"],
      detail,
    });
  if (NETWORK.test(output))
    return new Problem(`${what}: not cached, and there is no network (or the registry cannot be reached)`, {
      mend: ["connect once and run this again; after that it works offline"],
    });
  if (DENIED.test(output))
    return new Problem(`${what} could not be written: this folder belongs to another user`, {
      mend: ["run as its owner, or clone the repository again as yourself"],
      detail,
    });
  return new Problem(`${what} could not be installed`, { code: 1, detail });
}
