/* The calls to this server's own API: same origin, the session's cookie, and the token against forged forms. */

let token = tokenOf(document);

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

/** Call the API; gives `{body, etag}`, throws a Problem. Who signed in again meanwhile, in another tab, notices nothing. */
export async function call(method, address, body, headers = {}) {
  let response = await send(method, address, body, headers);
  if (response.status === 403 && await renew()) response = await send(method, address, body, headers);
  const text = await response.text();
  const read = parse(text);
  const etag = response.headers.get("ETag");
  if (!response.ok) throw new Problem(response.status, read, etag);
  return { body: read, etag };
}

async function send(method, address, body, headers) {
  const asked = { method, headers: { Accept: "application/json", "X-CSRFToken": token, ...headers } };
  if (body !== undefined) {
    asked.body = JSON.stringify(body);
    asked.headers["Content-Type"] = "application/json";
  }
  try {
    return await fetch(address, asked);
  } catch {
    throw new Problem(0, {}, null);
  }
}

/** Take the token that this page would have now; tells whether it is another one. */
async function renew() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  const fresh = answer?.ok && tokenOf(new DOMParser().parseFromString(await answer.text(), "text/html"));
  const changed = Boolean(fresh) && fresh !== token;
  if (changed) token = fresh;
  return changed;
}

function tokenOf(page) {
  return page.querySelector('meta[name="csrf-token"]')?.content;
}

function parse(text) {
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return {};
  }
}
