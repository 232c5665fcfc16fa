/**
 * Refusals as Google sends them: AIP-193, `google.rpc.Status` in JSON. The words are the service's
 * own where public reports quote them; each helper says where.
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** HTTP status to `google.rpc.Code`, as the API pairs them. */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ABORTED",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

export class ApiError extends Error {
  readonly code: number;
  readonly details: readonly JsonObject[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: number,
    message: string,
    details: readonly JsonObject[] = [],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.details = details;
    this.headers = headers;
  }

  body(): JsonObject {
    const { code, message, details } = this;
    const status = STATUS_NAMES[code] ?? "UNKNOWN";
    return { error: { code, message, status, ...(details.length > 0 ? { details } : {}) } };
  }
}

export const invalid = (message: string, details: readonly JsonObject[] = []): ApiError =>
  new ApiError(400, message, details);

/** A refusal of a request's field, with the violation that the service adds. */
export function badField(field: string, description: string): ApiError {
  const violation = field === "" ? { description } : { field, description };
  return invalid(description, [
    { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [violation] },
  ]);
}

/** The same refusal, told where in a batch it happened: `Invalid data[0]: …`. */
export function within<T>(where: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 400 || error.details.length > 0) throw error;
    throw invalid(`Invalid ${where}: ${error.message}`);
  }
}

export const notFound = () => new ApiError(404, "Requested entity was not found.");
export const notShared = () => new ApiError(403, "The caller does not have permission");

export const errorInfo = (reason: string, metadata: Readonly<Record<string, string>>) => ({
  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
  reason,
  domain: "googleapis.com",
  metadata,
});
