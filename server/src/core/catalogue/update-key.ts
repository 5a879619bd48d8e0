/** Where a later catalogue is fetched from, and whose word counts for it: docs/catalogue.md, "A later one". */

/**
 * The public half of the key that catalogues are signed with: Ed25519, as SubjectPublicKeyInfo, in base64. Null: nobody
 * holds such a key yet, and nothing is fetched. `npm run catalogue -- --new-key FILE` makes one.
 */
export const UPDATE_KEY: string | null = null;

/** The signature is beside it, with `.sig` behind its name. `v1`: the schemaVersion of its file. */
export const UPDATE_ADDRESS = "https://raw.githubusercontent.com/depwarden/depwarden/main/catalogue/v1/catalogue.json";
