/** The one part that is used: the package's index loads a dozen stores, 50-70 ms of each start. */
declare module "rate-limiter-flexible/lib/RateLimiterMemory.js" {
  export { RateLimiterMemory as default } from "rate-limiter-flexible";
}
