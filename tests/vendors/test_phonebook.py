"""Every form of a phonebook: whatever people are called, a reader of another hand finds them, and nobody else."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from provserver.vendors.phonebook import FORMS, Contact, Form, Page, carries, form_of
from provserver.vendors.registry import find_model
from tests.vendors.test_hostile import TEXTS

ADDRESS = "https://prov.example.com/p/not-a-real-token/phonebook.xml"
ANNA = Contact("Anna Bianchi", ("204",), "Sales")
CODE = Contact('Taxi <&> "Roma"', ("#12", "+39063570"))
QUICK = settings(max_examples=60, deadline=None)
NAMES = st.one_of(TEXTS, st.sampled_from(["]]>", "<Name>x</Name>", "&amp;", "--", "a\0b", "\ufffe", "x" * 300]))
CONTACTS = st.lists(st.builds(Contact, NAMES, st.tuples(NAMES), NAMES), max_size=8)

GOLDEN = {
    "yealink": "YealinkIPPhoneDirectory",
    "snom": "SnomIPPhoneDirectory",
    "gigaset": "SnomIPPhoneDirectory",
    "grandstream": "AddressBook",
    "fanvil": "FanvilIPPhoneDirectory",
    "htek": "PhoneDirectory",
    "cisco": "CiscoIPPhoneDirectory",
    "mitel": "AastraIPPhoneDirectory",
    "thomson": "ThomsonPhoneBook",
    "avaya": "IPPhoneDirectory",
}
READS = {
    "IPPhoneDirectory": ("DirectoryEntry", "FirstName", "PhoneNumbers/Phone/Number"),
    "AddressBook": ("Contact", "FirstName", "Phone/phonenumber"),
    "AastraIPPhoneDirectory": ("MenuItem", "Prompt", "URI"),
}


def read(body: bytes) -> list[tuple[str, list[str]]]:
    """Read names and numbers as a phone does, by the names of its maker's elements."""
    root = etree.fromstring(body)
    entry, name, number = READS.get(str(root.tag), ("DirectoryEntry", "Name", "Telephone"))
    return [
        (one.findtext(name) or "", [(n.text or "").removeprefix("Dial:") for n in one.findall(number)])
        for one in root.findall(entry)
    ]


def test_every_form_has_its_root_and_its_entries() -> None:
    assert set(FORMS) == set(GOLDEN)
    for maker, form in FORMS.items():
        body = form.write(Page([ANNA, CODE], ADDRESS))
        assert etree.fromstring(body).tag == GOLDEN[maker]
        found = read(body)
        assert [name for name, _ in found] == [ANNA.name, CODE.name], maker
        assert [numbers[0] for _, numbers in found] == ["204", "#12"], maker


def test_the_whole_of_a_document_is_what_the_maker_s_form_says() -> None:
    assert FORMS["yealink"].write(Page([ANNA, CODE], ADDRESS)).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<YealinkIPPhoneDirectory>\n'
        "<DirectoryEntry><Name>Anna Bianchi</Name><Telephone>204</Telephone></DirectoryEntry>\n"
        '<DirectoryEntry><Name>Taxi &lt;&amp;&gt; "Roma"</Name><Telephone>#12</Telephone>'
        "<Telephone>+39063570</Telephone></DirectoryEntry>\n</YealinkIPPhoneDirectory>\n"
    )
    assert FORMS["grandstream"].write(Page([ANNA], ADDRESS)).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<AddressBook>\n<pbgroup><id>1</id><name>Sales</name></pbgroup>\n'
        "<Contact><id>1</id><FirstName>Anna Bianchi</FirstName><LastName></LastName>"
        '<Phone type="Work"><phonenumber>204</phonenumber></Phone><Group>1</Group></Contact>\n</AddressBook>\n'
    )


@pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))
@QUICK
@given(contacts=CONTACTS, wanted=NAMES.filter(lambda text: text.isprintable()))
def test_hostile_names_arrive_whole_and_bring_nothing_with_them(
    form: Form, contacts: list[Contact], wanted: str
) -> None:
    kept = [one for one in contacts if carries(one)]
    body = form.write(Page(kept, ADDRESS, wanted, number=2, is_last=False))
    found = read(body)
    if kept or not form.size:
        assert found == [(one.name, list(one.numbers)) for one in kept]
    elements = {str(node.tag) for node in etree.fromstring(body).iter()}
    assert elements <= {str(node.tag) for node in _everything(form)}


def _everything(form: Form) -> list[etree._Element]:
    pages = [Page([ANNA, CODE], ADDRESS, number=2, is_last=False), Page([], ADDRESS, number=2, is_last=False)]
    return [node for page in pages for node in etree.fromstring(form.write(page)).iter()]


@pytest.mark.parametrize("maker", ["snom", "cisco", "mitel"])
def test_pages_lead_on_and_keep_what_was_searched(maker: str) -> None:
    form = FORMS[maker]
    first = form.write(Page([ANNA], ADDRESS, "a & b", is_last=False))
    address = next(text for text in _addresses(first) if "page=2" in text)
    assert address.startswith(f"{ADDRESS}?")
    assert parse_qs(urlsplit(address).query) == {"page": ["2"], "q": ["a & b"]}
    assert not any("page=2" in text for text in _addresses(form.write(Page([ANNA], ADDRESS))))


def _addresses(body: bytes) -> list[str]:
    root = etree.fromstring(body)
    return [str(text) for node in root.iter() for text in (node.text or "", *node.attrib.values())]


@pytest.mark.parametrize("maker", ["snom", "cisco"])
def test_a_browser_can_search_and_says_when_nobody_is_found(maker: str) -> None:
    form = FORMS[maker]
    assert any("ask=1" in text for text in _addresses(form.write(Page([ANNA], ADDRESS, is_last=False))))
    field = etree.fromstring(form.write(Page([], ADDRESS, asks=True, language="it")))
    assert str(field.tag).endswith("IPPhoneInput")
    assert (field.findtext("URL"), field.findtext("InputItem/QueryStringParam")) == (ADDRESS, "q")
    assert field.findtext("InputItem/DisplayName") == "Cerca"
    nobody = etree.fromstring(form.write(Page([], ADDRESS, "nobody")))
    assert str(nobody.tag).endswith("IPPhoneText") and nobody.findtext("Text") == "Nobody found"


def test_a_cisco_phone_keeps_its_key_that_dials() -> None:
    body = FORMS["cisco"].write(Page([ANNA], ADDRESS, is_last=False))
    assert "SoftKey:Dial" in _addresses(body)
    assert FORMS["cisco"].size <= 32


@pytest.mark.parametrize(
    ("maker", "model", "has"),
    [
        ("snom", "D785", True),
        ("snom", "M300", False),
        ("gigaset", "P850", True),
        ("gigaset", "N870", False),
        ("poly", "VVX301", False),
        ("yealink", "T46U", True),
    ],
)
def test_only_models_whose_form_is_sourced_have_one(maker: str, model: str, has: bool) -> None:
    found = find_model(maker, model)
    assert found is not None
    assert (form_of(found) is not None) is has
