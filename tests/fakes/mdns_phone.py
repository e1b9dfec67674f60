"""A phone or a colleague on mDNS, as a program of its own: it announces itself, or prints as JSON who is there."""

import argparse
import json
import time

from zeroconf import IPVersion, ServiceBrowser, ServiceInfo, ServiceListener, Zeroconf


class Ear(ServiceListener):
    """Writes down who comes and goes."""

    def __init__(self) -> None:
        self.came: dict[str, dict[str, object]] = {}
        self.went: list[str] = []

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        info = zc.get_service_info(type_, name)
        if info is not None:
            where = info.parsed_addresses(IPVersion.All)
            self.came[name] = {"addresses": where, "port": info.port, "told": info.decoded_properties}

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        pass

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self.went.append(name)


def listen(host: str, service_type: str, until_it_goes: bool) -> None:
    """Print who announces itself, as soon as somebody does; then wait until it goes where that is wanted."""
    zeroconf = _at(host)
    ear = Ear()
    ServiceBrowser(zeroconf, service_type, ear)
    _wait(lambda: bool(ear.came))
    print(json.dumps(ear.came), flush=True)
    if until_it_goes:
        _wait(lambda: bool(ear.went))
        print(json.dumps(ear.went), flush=True)
    zeroconf.close()


def announce(host: str, service_type: str, name: str, told: dict[str, str], seconds: float) -> None:
    """Announce a phone for a while."""
    zeroconf = _at(host)
    info = ServiceInfo(
        service_type,
        f"{name}.{service_type}",
        port=80,
        properties=told,
        server=f"{name}.local.",
        parsed_addresses=[host],
    )
    zeroconf.register_service(info)
    print("announced", flush=True)
    time.sleep(seconds)
    zeroconf.unregister_service(info)
    zeroconf.close()


def _at(host: str) -> Zeroconf:
    """Speak from one address alone, in its own family."""
    return Zeroconf(interfaces=[host], ip_version=IPVersion.V6Only if ":" in host else IPVersion.V4Only)


def _wait(so: object) -> None:
    deadline = time.monotonic() + 40
    while not so():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise SystemExit("nobody in time")
        time.sleep(0.05)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["listen", "announce"])
    parser.add_argument("host")
    parser.add_argument("type")
    parser.add_argument("--name", default="phone")
    parser.add_argument("--told", default="{}")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--until-it-goes", action="store_true")
    given = parser.parse_args()
    if given.what == "listen":
        listen(given.host, given.type, given.until_it_goes)
    else:
        announce(given.host, given.type, given.name, json.loads(given.told), given.seconds)
