import { TaoceptionError } from "../platform/index.ts";

/** Which wall stands around foreign code, and with the second one, in which image of which engine. */
export type SandboxChoice =
  | { backend?: "bubblewrap"; interpreter?: string }
  | ({ backend: "oci" } & OciChoice);

/** The engine's address, the usual sockets when there is none, and a folder of certificates for TLS. */
export interface OciChoice {
  image: string;
  engine?: string | undefined;
  certificates?: string | undefined;
  interpreter?: string | undefined;
  /** Each job of a template in a container of its own, even where forks could be kept apart in one. */
  noForks?: boolean;
}

/** What TAOCEPTION_SANDBOX, TAOCEPTION_IMAGE and DOCKER_HOST say; bubblewrap when they say nothing. */
export function sandboxChoice(environment: NodeJS.ProcessEnv): SandboxChoice {
  const { TAOCEPTION_SANDBOX: backend, TAOCEPTION_IMAGE: image } = environment;
  if (!backend || backend === "bubblewrap") return {};
  if (backend !== "oci")
    throw new TaoceptionError("bad-sandbox", `there is no sandbox ${backend}`, {
      mend: "bubblewrap, or oci with an image",
    });
  if (!image)
    throw new TaoceptionError("bad-sandbox", "the oci sandbox needs an image with Python 3.10 or newer", {
      mend: "set TAOCEPTION_IMAGE, such as to python:3.12-slim",
    });
  return { backend, image, ...engineChoice(environment) };
}

/** The engine that TAOCEPTION_OCI or DOCKER_HOST names. */
export function engineChoice(environment: NodeJS.ProcessEnv): Omit<OciChoice, "image"> {
  const {
    TAOCEPTION_OCI: own,
    DOCKER_HOST: usual,
    DOCKER_TLS_VERIFY: tls,
    DOCKER_CERT_PATH: path,
  } = environment;
  return { engine: own || usual || undefined, certificates: tls ? path : undefined };
}
