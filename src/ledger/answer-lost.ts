/** Apart from redis-faults, so that who only asks for it does not load the Redis client. */

/** No connection, or no answer in time: whether the command was carried out is not known. */
export class AnswerLost extends Error {
  override readonly name = "AnswerLost";
}
