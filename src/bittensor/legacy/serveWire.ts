import { openGate } from "../gate.ts";
import { type Door, listen, type SignedServer } from "../listen.ts";
import { type ServeOptions, serveSigned, signedDoor } from "../serveSigned.ts";
import { isLegacy, legacyDoor } from "./serveLegacy.ts";

/**
 * Serve btauth/1, and with `legacy` v10 dendrites at the same port: one set of limits for both, and each request is
 * judged by the one way that it speaks.
 */
export function serveWire({ legacy, ...options }: ServeOptions & { legacy: boolean }): Promise<SignedServer> {
  if (!legacy) return serveSigned(options);
  const gate = openGate(options, options);
  const [today, old] = [signedDoor(options, gate), legacyDoor(options, gate)];
  const door: Door = (request, signal) => (isLegacy(request) ? old : today)(request, signal);
  return listen(door, options, { ...options, limits: gate.limits });
}
