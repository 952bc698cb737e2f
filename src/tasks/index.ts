export {
  type MakeTasksOptions,
  type MakeTasksUsing,
  makeTasks,
  type Rejected,
  type Tried,
} from "./makeTasks.ts";
