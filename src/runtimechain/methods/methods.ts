import { z } from "zod";
import type { RuntimeNode } from "../node.ts";
import { type Methods, method } from "../rpc.ts";
import { author } from "./author.ts";
import { chain } from "./chain.ts";
import { chainHead } from "./chainHead.ts";
import { state } from "./state.ts";
import { system } from "./system.ts";

/** All that clients may ask of a node. */
export function nodeMethods(node: RuntimeNode): Methods {
  const all: Methods = {
    ...chainHead(node),
    ...state(node),
    ...chain(node),
    ...author(node),
    ...system(node),
  };
  const names = [...Object.keys(all), "rpc_methods"].sort();
  return { ...all, rpc_methods: method(z.tuple([]), () => ({ methods: names })) };
}
