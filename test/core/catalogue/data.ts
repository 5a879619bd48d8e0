import { readFileSync } from "node:fs";
import * as v from "valibot";
import { CatalogueSchema } from "../../../server/src/core/catalogue/schema.ts";

/** The data as it lies in the repository, read and checked apart from the code under test. */
export const text = readFileSync(new URL("../../../server/src/core/catalogue/catalogue.json", import.meta.url), "utf8");
export const catalogueFile = v.parse(CatalogueSchema, JSON.parse(text));
export const disputedFile = catalogueFile.disputed;

/** Every compromised version that the file names, once for every incident that names it. */
export const pairs = catalogueFile.incidents.flatMap(({ id, packages }) =>
  packages.flatMap((line) => {
    const [name = "", versions = "", ...ids] = line.split(" ");
    return versions
      .replaceAll("?", "")
      .split(",")
      .map((version) => ({ incident: id, name, version, ids }));
  }),
);
