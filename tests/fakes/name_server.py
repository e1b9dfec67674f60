"""A name server on a real UDP socket that answers from a table, or keeps silent."""

from __future__ import annotations

from collections import Counter

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.fakes.datagrams import Datagrams


class NameServer(Datagrams):
    """An `async with` name server; the table is {(name, type): [record, ...]}, `asked` counts every question."""

    def __init__(self, table: dict[tuple[str, str], list[str]], *, silent: bool = False) -> None:
        super().__init__()
        self.table, self.silent = table, silent
        self.asked: Counter[tuple[str, str]] = Counter()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked[name, kind] += 1
        if self.silent:
            return
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if records := self.table.get((name, kind)):
            answer.answer.append(dns.rrset.from_text_list(question.name, 300, "IN", kind, records))
        elif not any(known == name for known, _ in self.table):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self._transport.sendto(answer.to_wire(), addr)
