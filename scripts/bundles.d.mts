import type { BuildOptions } from "esbuild";

export function bundles(options: { readonly minify: boolean }): (BuildOptions & { readonly metafile: true })[];
