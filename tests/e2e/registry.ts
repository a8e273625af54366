import { untar } from "./tar.ts";

/** The files of one version of a package, by path (`/mod.ts`). */
export type PackageFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** One version of a package. */
interface Release {
  readonly version: string;
  readonly exports: Record<string, string>;
  readonly files: PackageFiles;
}

const PUBLISH =
  /^\/api\/scopes\/([^/]+)\/packages\/([^/]+)\/versions\/([^/]+)$/;
const META = /^\/(@[^/]+\/[^/]+)\/meta\.json$/;
const VERSION_META = /^\/(@[^/]+\/[^/]+)\/([^/]+)_meta\.json$/;
const FILE = /^\/(@[^/]+\/[^/]+)\/([^/]+)(\/.+)$/;

/**
 * A JSR registry on the loopback interface: takes `deno publish`, serves what it took.
 *
 * It keeps everything in memory, one version per package, and counts the requests. `JSR_URL=<url>` makes Deno use it.
 */
export class Registry implements AsyncDisposable {
  readonly #releases = new Map<string, Release>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** Paths of all requests so far, in order. */
  readonly requests: string[] = [];

  /** Listens on a free port. */
  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  /** Value for `JSR_URL`. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /**
   * Offers a package as if it had been published.
   *
   * @param name Scope and name, as `@std/path`.
   * @param release Its only version.
   */
  add(name: string, release: Release): void {
    this.#releases.set(name, release);
  }

  /**
   * What was published under a name.
   *
   * @param name Scope and name.
   * @returns The files of the published version.
   * @throws {Error} When nothing was published under it.
   */
  files(name: string): PackageFiles {
    const release = this.#releases.get(name);
    if (!release) {
      throw new Error(
        `Cannot find "${name}" in the registry: it was never published`,
      );
    }
    return release.files;
  }

  /** Stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    this.requests.push(`${request.method} ${pathname}`);
    if (pathname.startsWith("/api/")) return await this.#api(request, pathname);
    return await this.#read(pathname);
  }

  /** The publishing half: what `deno publish` asks before, and the upload. */
  async #api(request: Request, pathname: string): Promise<Response> {
    const [, scope, name, version = ""] = PUBLISH.exec(pathname) ?? [];
    if (!scope) return Response.json({});
    const key = `@${scope}/${name}`;
    if (request.method === "GET") {
      return this.#releases.get(key)?.version === version
        ? Response.json({})
        : notFound("packageVersionNotFound");
    }
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const { path, bytes } of untar(await gunzip(request))) {
      files.set(absolute(path), bytes);
    }
    const config = files.get(
      new URL(request.url).searchParams.get("config") ?? "",
    );
    const { exports } = JSON.parse(new TextDecoder().decode(config));
    this.add(key, {
      version,
      exports: typeof exports === "string" ? { ".": exports } : exports,
      files,
    });
    return Response.json({
      id: crypto.randomUUID(),
      status: "success",
      error: null,
    });
  }

  /** The reading half: metadata of a package, of a version, and its files. */
  async #read(pathname: string): Promise<Response> {
    const meta = META.exec(pathname);
    if (meta) return this.#meta(meta[1] ?? "");
    const versionMeta = VERSION_META.exec(pathname);
    if (versionMeta) {
      return await this.#versionMeta(
        versionMeta[1] ?? "",
        versionMeta[2] ?? "",
      );
    }
    const [, name = "", version, path = ""] = FILE.exec(pathname) ?? [];
    const release = this.#releases.get(name);
    const bytes = release?.version === version
      ? release?.files.get(path)
      : undefined;
    return bytes
      ? new Response(bytes, { headers: { "content-type": contentType(path) } })
      : notFound("notFound");
  }

  #meta(name: string): Response {
    const release = this.#releases.get(name);
    if (!release) return notFound("packageNotFound");
    const [scope, bare] = name.slice(1).split("/");
    return Response.json({
      scope,
      name: bare,
      latest: release.version,
      versions: { [release.version]: {} },
    });
  }

  async #versionMeta(name: string, version: string): Promise<Response> {
    const release = this.#releases.get(name);
    if (release?.version !== version) return notFound("packageVersionNotFound");
    const manifest: Record<string, { size: number; checksum: string }> = {};
    for (const [path, bytes] of release.files) {
      manifest[path] = {
        size: bytes.length,
        checksum: `sha256-${await sha256(bytes)}`,
      };
    }
    return Response.json({
      manifest,
      moduleGraph2: {},
      exports: release.exports,
    });
  }
}

/** The uploaded archive, uncompressed. */
async function gunzip(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  if (!request.body) throw new Error("Cannot take the upload: it has no body");
  const stream = request.body.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** `mod.ts` and `./mod.ts` as `/mod.ts`. */
function absolute(path: string): string {
  return new URL(path, "file:///").pathname;
}

/** Lower-case hexadecimal digest. */
async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** What the registry says of a file; Deno goes by the extension for the rest. */
function contentType(path: string): string {
  if (path.endsWith(".ts")) return "text/typescript";
  if (path.endsWith(".js")) return "text/javascript";
  if (path.endsWith(".json")) return "application/json";
  if (path.endsWith(".wasm")) return "application/wasm";
  return "application/octet-stream";
}

/** The registry's way to say no. */
function notFound(code: string): Response {
  return Response.json({ code, message: `Not found: ${code}` }, {
    status: 404,
  });
}
