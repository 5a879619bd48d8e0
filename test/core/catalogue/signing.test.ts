import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { newKeyPair, signed } from "../../../scripts/catalogue/signing.ts";
import { UPDATE_KEY } from "../../../server/src/core/catalogue/update-key.ts";
import { isSigned } from "../../../server/src/io/signature.ts";

const { privateKey, publicKey: key } = newKeyPair();
const text = JSON.stringify({ asOf: "2026-11-29T00:00:00Z", incidents: [] });

describe("signed", () => {
  it("gives what verifies with the public half, and with no other key or text", () => {
    const signature = signed(text, { privateKey, key, published: null });
    expect(isSigned(Buffer.from(text), signature, key)).toBe(true);
    expect(isSigned(Buffer.from(`${text}\n`), signature, key)).toBe(false);
    expect(isSigned(Buffer.from(text), signature, newKeyPair().publicKey)).toBe(false);
    expect(isSigned(Buffer.from(text), ` ${signature}`, key)).toBe(false);
  });

  it("refuses a key that nobody's program has", () => {
    for (const other of [null, newKeyPair().publicKey])
      expect(() => signed(text, { privateKey, key: other, published: null })).toThrow("update-key.ts");
  });

  it("refuses a catalogue that those who have the one before would not take", () => {
    const published = JSON.stringify({ asOf: "2026-11-29T00:00:00Z", incidents: [1] });
    expect(() => signed(text, { privateKey, key, published })).toThrow("move scripts/catalogue/as-of.json on");
    const later = text.replace("-29T", "-30T");
    expect(() => signed(text, { privateKey, key, published: later })).toThrow("as-of.json");
    expect(signed(later, { privateKey, key, published })).not.toBe("");
    expect(signed(text, { privateKey, key, published: text })).not.toBe("");
  });
});

describe("what is published in catalogue/v1", () => {
  const file = new URL("../../../catalogue/v1/catalogue.json", import.meta.url);
  it("is signed with the key that the program has; without a key there is nothing", () => {
    expect(existsSync(file)).toBe(UPDATE_KEY !== null);
    if (UPDATE_KEY === null) return;
    const signature = readFileSync(new URL(`${file.href}.sig`), "utf8").trim();
    expect(isSigned(readFileSync(file), signature, UPDATE_KEY)).toBe(true);
  });
});
