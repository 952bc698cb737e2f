import { z } from "zod";

/** One file of a project as an index lists it. */
export interface IndexFile {
  filename: string;
  url: string;
  /** Lower-case hex, null where the index gives none. */
  sha256: string | null;
  requiresPython: string;
  yanked: boolean;
  /** ISO time of upload; null where the index does not say. */
  uploadedAt: string | null;
  size: number | null;
}

/** What is asked for: the JSON form of PEP 691 first, HTML of PEP 503 from older mirrors. */
export const simpleAccept =
  "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

const SimplePage = z.object({
  files: z.array(
    z.object({
      filename: z.string().max(500),
      url: z.string().max(4000),
      hashes: z.record(z.string(), z.string()).default({}),
      "requires-python": z.string().max(500).nullish(),
      yanked: z.union([z.boolean(), z.string()]).optional(),
      "upload-time": z.string().nullish(),
      size: z.number().nullish(),
    }),
  ),
});

/** Read a project's page of the simple API, JSON or HTML. Addresses become absolute. A page of neither kind gives null. */
export function readSimplePage(text: string, contentType: string, pageUrl: string): IndexFile[] | null {
  const files = contentType.endsWith("json") ? readJson(text) : readHtml(text);
  return (
    files?.flatMap((file) => {
      const url = URL.parse(file.url, pageUrl);
      return url && /^https?:$/.test(url.protocol) ? [{ ...file, url: url.href }] : [];
    }) ?? null
  );
}

function readJson(text: string): IndexFile[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const page = SimplePage.safeParse(value);
  if (!page.success) return null;
  return page.data.files.map((file) => ({
    filename: file.filename,
    url: file.url,
    sha256: hex(file.hashes.sha256),
    requiresPython: file["requires-python"] ?? "",
    yanked: file.yanked !== undefined && file.yanked !== false,
    uploadedAt: time(file["upload-time"]),
    size: file.size ?? null,
  }));
}

function readHtml(text: string): IndexFile[] | null {
  if (!/<a\s|<html|<!doctype/i.test(text)) return null;
  return [...text.matchAll(/<a\s([^>]*)>([^<]*)<\/a>/gi)].map(([, attributes = "", label = ""]) => {
    const values = new Map(
      [...attributes.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/g)].map((match) => [
        (match[1] ?? "").toLowerCase(),
        decodeEntities(match[2] ?? match[3] ?? ""),
      ]),
    );
    const [url = "", fragment = ""] = (values.get("href") ?? "").split("#");
    return {
      filename: decodeEntities(label).trim(),
      url,
      sha256: hex(/^sha256=([0-9a-fA-F]+)$/.exec(fragment)?.[1]),
      requiresPython: values.get("data-requires-python") ?? "",
      yanked: values.has("data-yanked"),
      uploadedAt: time(values.get("data-upload-time")),
      size: null,
    };
  });
}

function hex(text: string | undefined): string | null {
  return text !== undefined && /^[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : null;
}

function time(text: string | null | undefined): string | null {
  const at = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|#x([0-9a-fA-F]{1,6})|(\w+));/g, (whole, decimal, hexadecimal, name) => {
    const code = decimal ? Number(decimal) : hexadecimal ? Number.parseInt(hexadecimal, 16) : undefined;
    if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return entities[name as string] ?? whole;
  });
}

/** A project's name as the index compares it (PEP 503): lower case, runs of `-`, `_` and `.` are one dash. */
export function normalizeName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

/** The version in the name of a source distribution or wheel of project `name`; null when it is neither. */
export function versionOfFile(
  filename: string,
  name: string,
): { version: string; kind: "sdist" | "wheel" } | null {
  if (filename.endsWith(".whl")) {
    const [project = "", version = ""] = filename.slice(0, -4).split("-");
    return normalizeName(project) === name ? { version, kind: "wheel" } : null;
  }
  const stem = /^(.+)(?:\.tar\.gz|\.zip)$/.exec(filename)?.[1];
  if (stem === undefined) return null;
  for (let dash = stem.indexOf("-"); dash !== -1; dash = stem.indexOf("-", dash + 1))
    if (normalizeName(stem.slice(0, dash)) === name) return { version: stem.slice(dash + 1), kind: "sdist" };
  return null;
}
