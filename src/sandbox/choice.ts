import { TaoceptionError } from "../platform/index.ts";

/** Which wall stands around foreign code, and with the second one, in which image of which engine. */
export type SandboxChoice =
  | { backend?: "bubblewrap"; interpreter?: string }
  | { backend: "oci"; image: string; engine?: string | undefined; interpreter?: string | undefined };

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
      mend: "name one by --image or TAOCEPTION_IMAGE, such as python:3.12-slim",
    });
  const engine = environment.TAOCEPTION_OCI || environment.DOCKER_HOST;
  return { backend, image, engine };
}
