/** Signs a catalogue for those who fetch it: server/src/io/catalogue-update.ts takes it where this verifies. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import * as v from "valibot";
import { Moment } from "../../server/src/core/catalogue/schema.ts";

export interface KeyPair {
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
  /** As update-key.ts has it. */
  readonly publicKey: string;
}

export function newKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(), publicKey: written(publicKey) };
}

/**
 * The signature of a text, in base64. Throws where it would not be taken.
 * @param published the catalogue that is signed already; null: there is none
 */
export function signed(
  text: string,
  { privateKey, key, published }: { privateKey: string; key: string | null; published: string | null },
): string {
  const secret = createPrivateKey(privateKey);
  if (key === null || written(createPublicKey(secret)) !== key)
    throw new Error("the public half of this key is not the one in server/src/core/catalogue/update-key.ts");
  if (published !== null && published !== text && asOf(text) <= asOf(published))
    throw new Error("move scripts/catalogue/as-of.json on: those who have the one before would not take this one");
  return sign(null, Buffer.from(text), secret).toString("base64");
}

function asOf(text: string): number {
  return Date.parse(v.parse(v.object({ asOf: Moment }), JSON.parse(text)).asOf);
}

function written(publicKey: KeyObject): string {
  return publicKey.export({ format: "der", type: "spki" }).toString("base64");
}
