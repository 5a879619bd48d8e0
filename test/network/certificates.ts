/** Certificates of an authority of the tests' own, made when asked for: nothing of them outlives the run. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import type { NetworkTools } from "./tools.ts";

/** PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

interface Subject {
  readonly name: string;
  /** Signs itself when left out, and may sign others then. */
  readonly issuer?: Certificate;
  /** What it stands for; 127.0.0.1 and localhost when left out. */
  readonly hosts?: readonly string[];
}

/** The part of node-forge that is used: https://github.com/digitalbazaar/forge#x509 */
interface Forge {
  readonly md: { readonly sha256: { create(): unknown } };
  readonly pki: {
    createCertificate(): ForgeCertificate;
    certificateFromPem(pem: string): ForgeCertificate;
    certificateToPem(certificate: ForgeCertificate): string;
    privateKeyFromPem(pem: string): unknown;
    publicKeyFromPem(pem: string): unknown;
  };
}

interface ForgeCertificate {
  publicKey: unknown;
  serialNumber: string;
  readonly validity: { notBefore: Date; notAfter: Date };
  readonly subject: { readonly attributes: readonly object[] };
  setSubject(attributes: readonly object[]): void;
  setIssuer(attributes: readonly object[]): void;
  setExtensions(extensions: readonly object[]): void;
  sign(key: unknown, digest: unknown): void;
}

const DAY = 86_400_000;
const DNS_NAME = 2;
const IP_ADDRESS = 7;

export function makeCertificate(
  { forge: folder }: NetworkTools,
  { name, issuer, hosts = ["127.0.0.1", "localhost"] }: Subject,
): Certificate {
  const { md, pki } = createRequire(import.meta.url)(folder) as Forge;
  const { publicKey, privateKey: key } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const made = pki.createCertificate();
  const subject = [{ name: "commonName", value: name }];
  made.publicKey = pki.publicKeyFromPem(publicKey);
  // A leading zero keeps it positive.
  made.serialNumber = `00${randomBytes(16).toString("hex")}`;
  made.validity.notBefore = new Date(Date.now() - DAY);
  made.validity.notAfter = new Date(Date.now() + DAY);
  made.setSubject(subject);
  made.setIssuer(issuer === undefined ? subject : pki.certificateFromPem(issuer.cert).subject.attributes);
  made.setExtensions([
    { name: "basicConstraints", cA: issuer === undefined, critical: true },
    {
      name: "subjectAltName",
      altNames: hosts.map((host) =>
        /^[\d.]+$/.test(host) ? { type: IP_ADDRESS, ip: host } : { type: DNS_NAME, value: host },
      ),
    },
  ]);
  made.sign(pki.privateKeyFromPem(issuer?.key ?? key), md.sha256.create());
  return { cert: pki.certificateToPem(made), key };
}
