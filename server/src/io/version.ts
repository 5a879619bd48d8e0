declare const DEPWARDEN_VERSION: string | undefined;

/** The version of this build; `0.0.0` where it runs from source (the bundler sets DEPWARDEN_VERSION). */
export const VERSION: string = typeof DEPWARDEN_VERSION === "string" ? DEPWARDEN_VERSION : "0.0.0";

/** All that a request says of who sends it. */
export const USER_AGENT = `depwarden/${VERSION}`;
