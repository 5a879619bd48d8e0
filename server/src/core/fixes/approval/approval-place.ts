import type { PolicyFile } from "../../config/layers.ts";
import type { Manager } from "../../project/manager.ts";
import type { ManifestText, ProjectTexts } from "../project-texts.ts";

/** Where approvals of a project may be written. */
export interface ApprovalPlace {
  readonly texts: ProjectTexts;
  readonly root: ManifestText;
  readonly personal: readonly PolicyFile[];
  readonly manager: Manager | null;
}
