"""Requests that no browser and no phone sends, as bytes: methods, paths, headers and bodies, each odd in its way."""

import json
import random
from collections.abc import Callable, Sequence

METHODS = (b"GET",) * 8 + (
    b"HEAD", b"PUT", b"POST", b"DELETE", b"PATCH", b"OPTIONS", b"TRACE", b"CONNECT", b"BREW", b"get", b"G ET", b"",
    b"A" * 300, b"GET\x00", "ÄÖÜ".encode(), b"PROPFIND", b"GET\t", b"\x16\x03\x01", b"M-SEARCH",
)  # fmt: skip
VERSIONS = (b"HTTP/1.1",) * 12 + (b"HTTP/1.0", b"HTTP/9.9", b"HTTP/2.0", b"HTTP/1.1\x00", b"", b"http/1.1", b"HTTP/1.")
ODD = (
    b"%00", b"%0d%0aX:1", b"%2e%2e%2f", b"..%5c", b"%c0%af", b"%ff%fe", b"%ed%a0%80", b"%u0041", b"%", b"%zz",
    b"%25%32%66",
    b"\x00", b"\xff\xfe", "é".encode(), "\u202e".encode(), "😀".encode(), b"//", b"/./", b"/../", b";x=1", b"?", b"#",
    b"\\",
    b"'", b'"', b"<script>", b"{{7*7}}", b"${jndi:ldap://x}", b"\x7f", b"\t", b"%09", b"a" * 300, b"%61" * 200, b"*",
    b"~",
)  # fmt: skip
WORDS = (
    b"", b"0", b"-1", b"+5", b"0x10", b"1e3", b"99999999999999999999999", b"nan", b" ", b"\x00", b"\xff", b"a" * 8000,
    b"*", b";", b",", b",,,,,", b"=", b'"', b"''", b"a=b", b"a, b", "😀".encode(), b"%0d%0a", b"\x0b", b"../..",
    b"()<>@",
)  # fmt: skip
HEADERS: dict[bytes, Sequence[bytes]] = {
    b"Host": (b"x", b"x:y:z", b"[::1", b"a" * 3000, b"x y", b"evil.example", b"\xff", b"x:99999"),
    b"Content-Length": (b"0", b"5", b"-5", b"5, 5", b"5, 6", b" 5", b"\xb2", b"9" * 30, b"1048577", b"0x5"),
    b"Transfer-Encoding": (b"chunked", b"chunked, chunked", b"xchunked", b"\x0bchunked", b"identity", b"gzip, chunked"),
    b"Authorization": (
        b"Basic", b"Basic ====", b"Basic \xff", b"Basic Og==", b"Basic " + b"QTpC" * 2000, b"Bearer",
        b"Bearer \xff\xfe",
        b"Bearer " + b"a" * 5000, b"Digest", b'Digest username="a', b"Digest =,=,=", b'Digest nc="\xff", nonce=" "',
        b'Digest username="x", realm="provserver", nonce="' + b"0" * 3000 + b'", uri="/", response="x", nc=zz',

        b"Digest " + b"a=b," * 1500, b'Digest username="\xc3\xa9", algorithm=SHA-512, qop=", ,"', b"Negotiate x",
    ),
    b"X-Forwarded-For": (
        b"::1", b"[::1]:99", b"unknown", b"a" * 5000, b"1.2.3.4, 5.6.7.8", b"\xff", b"fe80::1%eth0", b"127.0.0.1\x0b",
        b",",
        b"1.2.3.4:zz", b"0x7f.1", b"::ffff:127.0.0.1", b"256.1.1.1", b"fe80::1%" + b"z" * 100,
    ),
    b"X-Forwarded-Proto": (b"https", b"javascript", b"https,http", b"\xff"),
    b"X-Forwarded-Host": (b"evil.example", b"a b", b"x:y", b"[", b"\xff"),
    b"X-Ssl-Client-Verify": (b"SUCCESS", b"FAILED:x", b"\xff"),
    b"X-Ssl-Client-Cert": (b"-----BEGIN%20CERTIFICATE-----%0A", b"%", b"%ff%fe", b"a" * 8000, b"%2D" * 2000),
    b"Accept-Language": (b"it;q=nan", b"*" * 1000, b"en-\xff", b"it;q=9e999", b",;,;", b"x-" * 2000,
    b"de-DE-u-co-phonebk", b"_"),
    b"Cookie": (b"provserver=", b"provserver=.", b"provserver=eyJh.x.y", b"a=b; " * 500, b"provserver=\xff",
    b'provserver="', b"=;="),
    b"If-None-Match": (b"*", b'W/"', b'"' * 500, b"\xff"),
    b"Range": (b"bytes=0-0,2-2", b"bytes=-1", b"bytes=9" + b"9" * 400 + b"-", b"bytes=abc", b"bytes=" + b"0-," * 900,
    b"lines=1-2"),
    b"If-Range": (b"Mon", b'"x"', b"\xff"),
    b"Content-Type": (
        b"application/json", b"application/json; charset=utf-16", b"application/json; charset=nonsense", b"text/csv",
        b"multipart/form-data", b"multipart/form-data; boundary=", b"multipart/form-data; boundary=" + b"b" * 500,
        b"multipart/form-data; boundary=x", b"application/x-www-form-urlencoded; charset=\xff", b"\xff", b"a/b/c;;;=",
    ),
    b"Expect": (b"100-continue", b"200-ok", b"x"),
    b"User-Agent": (b"Yealink SIP-T46U \xff", b"a" * 7000, b"Yealink SIP-T46U 1.2.3 " + b"00:" * 300, b"\x1b[31m", b""),
    b"Content-Encoding": (b"gzip", b"br", b"zip-bomb"),
    b"Connection": (b"keep-alive", b"upgrade", b"close, close"),
    b"Upgrade": (b"h2c", b"websocket"),
    b"X-HTTP-Method-Override": (b"DELETE",),
    b"Idempotency-Key": WORDS,
    b"If-Match": WORDS,
    b"X-CSRFToken": WORDS,
}  # fmt: skip
CHUNKS = (
    b"5\r\nhello\r\n0\r\n\r\n", b"-5\r\nhello\r\n0\r\n\r\n", b"ffffffffffffffff\r\nx",
    b"5;" + b"x" * 9000 + b"\r\nhello\r\n0\r\n\r\n",
    b"5\nhello\n0\n\n", b"zz\r\n", b"0\r\nX: y\r\n" * 50 + b"\r\n", b"05\r\nhello\r\n00\r\n\r\n", b"5\r\nhel",
    b"\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n",
)  # fmt: skip
BODIES: Sequence[bytes] = (
    b"", b"null", b"[]", b"{", b"[" * 20_000, b'{"a":' * 20_000, b'{"a": NaN}', b'{"a": 1, "a": 2}',
    b'{"a": "\\ud800"}',
    b'{"' + b"9" * 3000 + b'": ' + b"9" * 6000 + b"}", b'{"a": 1e999}', b'{"a": -0}', b"\xef\xbb\xbf{}",
    "{}".encode("utf-16"),
    b'{"a": "\x00"}', json.dumps({"mac": "0" * 5000, "vendor": ["x"], "model": {}, "lines": [[]]}).encode(),
    json.dumps({"overrides": {"a.b": "=1+1|cmd", "x" * 400: None}}).encode(),
    b'{"3": {"kind": "blf", "target": "\\u202e"}}',
    b"a=b&a=c&%ff=%00&=" * 50, b"&" * 5000, b"--x\r\n\r\n\r\n--x--",
    b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' * 200,
    b'--x\r\nContent-Disposition: form-data; name="f"; filename="../../x"\r\n\r\nx\r\n--x--\r\n',
    b"\x1f\x8b\x08\x00" + b"\0" * 200,
    b"PK\x03\x04" + b"\xff" * 200, b"\0" * 3000, "=cmd|' /C calc'!A0,@SUM(1)\n".encode("utf-16"),
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
)  # fmt: skip


def mutated(data: bytes, dice: random.Random) -> bytes:
    """Give bytes with a few of them changed, doubled, cut out or moved."""
    found = bytearray(data)
    for _ in range(dice.randrange(1, 5)):
        place, length = dice.randrange(len(found) + 1), dice.randrange(1, 9)
        act = dice.randrange(5)
        if act == 0:
            found[place : place + 1] = dice.randbytes(1)
        elif act == 1:
            found[place:place] = dice.choice((*ODD, *WORDS))
        elif act == 2:
            del found[place : place + length]
        elif act == 3:
            found[place:place] = found[place : place + length] * dice.randrange(1, 40)
        else:
            del found[place + dice.randrange(200) :]
    return bytes(found)


def request(dice: random.Random, paths: Sequence[bytes], token: bytes) -> bytes:
    """Make up one request to somewhere near one of the paths; a program's token opens it now and then."""
    path = dice.choice(paths)
    for _ in range(dice.choice((0, 0, 1, 1, 3))):
        place = dice.randrange(len(path) + 1)
        path = path[:place] + dice.choice(ODD) + path[place:]
    lines = [b" ".join((dice.choice(METHODS), path, dice.choice(VERSIONS)))]
    lines += [b"Host: prov.test"] if dice.random() < 0.9 else []
    lines += [b"Authorization: Bearer " + token] if dice.random() < 0.4 else []
    for name in dice.sample(sorted(HEADERS), dice.randrange(0, 5)):
        lines.append(name + b": " + dice.choice((*HEADERS[name], dice.choice(WORDS))))
    lines += _seldom(dice)
    body = dice.choice((b"", dice.choice(CHUNKS), dice.choice(BODIES), mutated(dice.choice(BODIES), dice)))
    if body and dice.random() < 0.7:
        lines += [b"Content-Type: application/json", b"Content-Length: %d" % len(body)]
    whole = b"\r\n".join(lines) + b"\r\n\r\n" + body
    return mutated(whole, dice) if dice.random() < 0.2 else whole


def _seldom(dice: random.Random) -> list[bytes]:
    bombs: tuple[Callable[[], list[bytes]], ...] = (
        lambda: [b"X-%d: y" % number for number in range(150)],
        lambda: [b"X: " + b"y" * 60_000],
        lambda: [b"No colon here"],
        lambda: [b" folded: line"],
        lambda: [b"Na me: x", b"X\x00Y: z", b": empty"],
        lambda: [b"Transfer-Encoding: chunked", b"Content-Length: 5"],
    )
    return dice.choice(bombs)() if dice.random() < 0.1 else []
