import { stat } from "node:fs/promises";
import { TaoceptionError } from "../platform/index.ts";
import { isRealRoot } from "./jail/identity.ts";

/**
 * A folder that the sandbox's uid cannot read must not be mounted: what runs inside would find nothing there, and
 * would be blamed for it. (Single files are handed over as bytes, however closed they are.)
 */
export async function checkReadable(from: string, at: string): Promise<void> {
  const stats = await stat(from).catch((cause) => {
    throw new TaoceptionError("bad-mount", `${from}, to be mounted at ${at}, does not exist`, { cause });
  });
  if (stats.isDirectory() && (stats.mode & 0o5) !== 0o5 && (await isRealRoot()))
    throw new TaoceptionError(
      "bad-mount",
      `${from}, to be mounted at ${at}, is closed to the sandbox's user`,
      {
        mend: `chmod -R a+rX ${from}`,
      },
    );
}
