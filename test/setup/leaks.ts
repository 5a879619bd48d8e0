/** After every test: no server on loopback was sent a private name that is not its own. */
import { afterAll, afterEach } from "vitest";
import { takeLeaks } from "../fakes/leaks.ts";

function failOnLeak(): void {
  const leaks = takeLeaks();
  if (leaks.length > 0) throw new Error(leaks.join("\n"));
}

afterEach(failOnLeak);
afterAll(failOnLeak);
