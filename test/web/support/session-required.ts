/** What the API says where there is no session, or none that it knows. */
export const SESSION_REQUIRED = { type: '', title: '', status: 401, code: 'session-required' }

export const sessionRequired = () =>
  Response.json(SESSION_REQUIRED, { status: SESSION_REQUIRED.status })
