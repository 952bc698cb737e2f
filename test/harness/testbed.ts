import Docker from "dockerode";
import { pack } from "tar-stream";
import { engineChoice } from "../../src/sandbox/index.ts";

/** Images with a Git repository in /testbed, on an engine, and what is left there. */
export interface Testbeds extends AsyncDisposable {
  /** Commits these files over the base image; its name. `user` is who the image's commands are run as. */
  make(
    name: string,
    files: Record<string, string>,
    options?: { workdir?: string; user?: string },
  ): Promise<string>;
  /** Names of the containers there are. */
  containers(): Promise<string[]>;
}

const PREFIX = "localhost/taoception-testbed-";

export function openTestbeds(environment: Record<string, string>, base: string): Testbeds {
  const url = engineChoice(environment).engine ?? "/var/run/docker.sock";
  const docker = new Docker({ socketPath: url.replace(/^unix:\/\//, "") });
  const made: string[] = [];
  return {
    async make(name, files, { workdir = "/testbed", user = "root" } = {}) {
      const container = await docker.createContainer({
        Image: base,
        Cmd: ["sleep", "600"],
        HostConfig: { NetworkMode: "none" },
      });
      try {
        await container.start();
        const tar = pack();
        for (const [path, text] of Object.entries(files))
          tar.entry({ name: `${workdir}/${path}`.slice(1) }, text);
        // the small image has none, and swebench ends what takes too long by it
        tar.entry({ name: "usr/bin/kill", mode: 0o755 }, '#!/bin/sh\nkill "$@"\n');
        tar.finalize();
        await container.putArchive(tar as unknown as NodeJS.ReadableStream, { path: "/" });
        const git = `git -c user.name=x -c user.email=x@x`;
        const script = `cd ${workdir} && git init -q && git add -A && ${git} commit -qm base`;
        const exec = await container.exec({
          Cmd: ["sh", "-c", script],
          AttachStdout: true,
          AttachStderr: true,
        });
        const stream = await exec.start({});
        await new Promise((done) => stream.on("end", done).on("close", done).resume());
        if ((await exec.inspect()).ExitCode !== 0) throw new Error(`no repository in ${workdir}`);
        const image = `${PREFIX}${name}`;
        await container.commit({
          repo: image,
          tag: "latest",
          changes: [`WORKDIR ${workdir}`, `USER ${user}`],
        });
        made.push(`${image}:latest`);
        const { Config } = await docker.getImage(image).inspect();
        if (Config.User !== user || Config.WorkingDir !== workdir)
          throw new Error(`${image} has ${Config.User} in ${Config.WorkingDir}`);
        return `${image}:latest`;
      } finally {
        await container.kill().catch(() => {});
        await container.remove({ force: true });
      }
    },
    async containers() {
      return (await docker.listContainers({ all: true })).flatMap(({ Names }) => Names);
    },
    async [Symbol.asyncDispose]() {
      for (const image of made) await docker.getImage(image).remove({ force: true });
      const left = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
      if (left.some((tag) => tag.startsWith(PREFIX))) throw new Error(`images are left: ${left.join(", ")}`);
    },
  };
}
