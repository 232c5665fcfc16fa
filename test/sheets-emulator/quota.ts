/**
 * Requests a minute, by project and by user, reads and writes apart; a batch is one request.
 * Source: developers.google.com/workspace/sheets/api/limits; the body as public reports quote it.
 */
import { ApiError, errorInfo } from "./api-error.ts";

export type CallKind = "read" | "write";

export interface Limits {
  readonly readsPerUser: number;
  readonly writesPerUser: number;
  readonly readsPerProject: number;
  readonly writesPerProject: number;
}

export const GOOGLE_LIMITS: Limits = {
  readsPerUser: 60,
  writesPerUser: 60,
  readsPerProject: 300,
  writesPerProject: 300,
};

const MINUTE_MS = 60_000;

export class Quota {
  limits: Limits;
  readonly #projectNumber: string;
  #minute = -1;
  #counts = new Map<string, number>();

  constructor(limits: Limits, projectNumber: string) {
    this.limits = limits;
    this.#projectNumber = projectNumber;
  }

  /** Counts a request. @throws ApiError 429, which is counted nowhere */
  spend(kind: CallKind, user: string, nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) this.#counts.clear();
    this.#minute = minute;
    const { limits } = this;
    const perUser = kind === "read" ? limits.readsPerUser : limits.writesPerUser;
    const perProject = kind === "read" ? limits.readsPerProject : limits.writesPerProject;
    const [own, all] = [`${kind} ${user}`, kind];
    if (this.#count(own) >= perUser) throw this.#exceeded(kind, perUser, true);
    if (this.#count(all) >= perProject) throw this.#exceeded(kind, perProject, false);
    this.#counts.set(own, this.#count(own) + 1);
    this.#counts.set(all, this.#count(all) + 1);
  }

  /** Requests counted in this minute. */
  used(kind: CallKind): number {
    return this.#count(kind);
  }

  #count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  #exceeded(kind: CallKind, limit: number, user: boolean): ApiError {
    const name = kind === "read" ? "Read" : "Write";
    const words = `${name} requests per minute${user ? " per user" : ""}`;
    const consumer = this.#projectNumber;
    const message =
      `Quota exceeded for quota metric '${name} requests' and limit '${words}' of service ` +
      `'sheets.googleapis.com' for consumer 'project_number:${consumer}'.`;
    return new ApiError(429, message, [
      errorInfo("RATE_LIMIT_EXCEEDED", {
        quota_unit: user ? "1/min/{project}/{user}" : "1/min/{project}",
        quota_location: "global",
        quota_limit_value: String(limit),
        service: "sheets.googleapis.com",
        quota_metric: `sheets.googleapis.com/${kind}_requests`,
        quota_limit: `${name}RequestsPerMinutePer${user ? "User" : "Project"}`,
        consumer: `projects/${consumer}`,
      }),
      {
        "@type": "type.googleapis.com/google.rpc.Help",
        links: [
          {
            description: "Request a higher quota limit.",
            url: "https://cloud.google.com/docs/quotas/help/request_increase",
          },
        ],
      },
    ]);
  }
}
