import type { Command } from "commander";
import type { Door } from "../door.ts";
import { addBuild } from "./tasksBuild.ts";
import { addShow } from "./tasksShow.ts";

export function add(program: Command, door: Door): void {
  const tasks = program.command("tasks").description("make tasks from a package, and read them");
  addBuild(tasks, door);
  addShow(tasks, door);
}
