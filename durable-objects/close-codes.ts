/** Why a WebSocket is closed: RFC 6455, 7.4.1, and IANA's registry of close codes. */
export const CLOSE_NORMAL = 1000
export const CLOSE_UNSUPPORTED = 1003
export const CLOSE_TRY_AGAIN = 1013
