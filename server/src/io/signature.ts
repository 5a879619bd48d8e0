/** Ed25519 signatures over the bytes of a file. https://www.rfc-editor.org/rfc/rfc8032 */
import { createPublicKey, verify } from "node:crypto";

/** 64 bytes in base64. */
const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;

/**
 * @param key SubjectPublicKeyInfo in base64. Throws where that is none of an Ed25519 key
 * @param signature in base64; anything else verifies nothing
 */
export function isSigned(bytes: Uint8Array, signature: string, key: string): boolean {
  const publicKey = createPublicKey({ key: Buffer.from(key, "base64"), format: "der", type: "spki" });
  if (publicKey.asymmetricKeyType !== "ed25519") throw new Error("the key is none of Ed25519");
  return SIGNATURE.test(signature) && verify(null, bytes, publicKey, Buffer.from(signature, "base64"));
}
