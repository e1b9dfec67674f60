/* The calls to this server's own API: same origin, the session's cookie, and the token against forged forms. */

const token = document.querySelector('meta[name="csrf-token"]').content;

/** What went wrong with a call: `status` 0 means that the server was not reached. */
export class Problem extends Error {
  constructor(status, body, etag) {
    super(body.detail ?? body.title ?? "");
    this.status = status;
    this.errors = body.errors ?? [];
    this.current = body.current ?? null;
    this.etag = etag;
  }
}

/** Call the API; gives `{body, etag}`, throws a Problem. */
export async function call(method, address, body, headers = {}) {
  const asked = { method, headers: { Accept: "application/json", "X-CSRFToken": token, ...headers } };
  if (body !== undefined) {
    asked.body = JSON.stringify(body);
    asked.headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(address, asked);
  } catch {
    throw new Problem(0, {}, null);
  }
  const text = await response.text();
  const read = parse(text);
  const etag = response.headers.get("ETag");
  if (!response.ok) throw new Problem(response.status, read, etag);
  return { body: read, etag };
}

function parse(text) {
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return {};
  }
}
