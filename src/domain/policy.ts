/** What a shop may decide for itself; read once from the configuration (spec 9). */
export interface Policy {
  /** `ZEUES_SOLD_AFTER`: SOLD may be taken once ARM has begun, or only once it is completed. */
  readonly soldAfter: "arm-begun" | "arm-completed";
  /** `ZEUES_MAX_CYCLES`: consecutive rejections before BLOQUEADO; 0 = no limit. */
  readonly maxCycles: number;
  /** `ZEUES_TZ`: the shop's time zone, e.g. `America/Santiago`. */
  readonly zone: string;
}

export const DEFAULT_POLICY: Policy = {
  soldAfter: "arm-begun",
  maxCycles: 3,
  zone: "America/Santiago",
};
