import type { PageOptions } from "../page.ts";
import type { Workbench } from "../workbench.ts";
import type { World } from "../world.ts";

/** A test that uses VS Code's page as a person does, in a world of its own. */
export interface PageTest {
  readonly name: string;
  readonly moment: "live" | "after";
  readonly options?: Partial<PageOptions>;
  readonly run: (workbench: Workbench, world: World) => Promise<void>;
}
