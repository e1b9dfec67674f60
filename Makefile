# From nothing to a running server: `make run`. Every target makes what it needs; `make help` lists them.

export PROVSERVER_DATA_DIR ?= ./var
.DEFAULT_GOAL := help
ASTERISK := $(abspath var/asterisk)
.PHONY: help run test hostile interop check bench lock phones translations

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 14

run: ## the server with a demo company at http://127.0.0.1:8080, everything from nothing
	@scripts/bootstrap run
	@exec .venv/bin/provserver run --demo

test: ## the whole suite, on SQLite and PostgreSQL, with a real browser and real SIP peers
	@scripts/system-packages "chromium|chromium-browser|google-chrome:chromium" sipp:sip-tester nginx:nginx-light curl:curl openssl:openssl \
		dnsmasq:dnsmasq-base dhcpd:isc-dhcp-server kea-dhcp4:kea-dhcp4-server tftp:tftp-hpa ip:iproute2 nsenter:util-linux \
		"kamailio|/usr/sbin/kamailio:kamailio kamailio-tls-modules" baresip:baresip-core linphonec:linphone-cli
	@scripts/bootstrap dev
	@unset PROVSERVER_DATA_DIR; exec scripts/test

hostile: ## the hostile campaign in its long form: guesses, fuzzers, kill -9, full disks; prints its numbers
	@scripts/bootstrap dev
	@unset PROVSERVER_DATA_DIR; PROVSERVER_HOSTILE=long exec .venv/bin/python -m pytest --timeout=7200 tests/hostile

interop: ## the tests with foreign programs, a real Asterisk among them; needs root once
	@scripts/asterisk $(ASTERISK)
	@scripts/bootstrap dev
	@unset PROVSERVER_DATA_DIR; PROVSERVER_ASTERISK_ROOT=$(ASTERISK) exec .venv/bin/python -m pytest tests/interop tests/interop/asterisk_real.py

check: ## format, lint, types, import contracts
	@scripts/bootstrap dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: ## the benchmarks, as a table; never part of the tests
	@scripts/system-packages nginx:nginx-light
	@scripts/bootstrap dev
	@unset PROVSERVER_DATA_DIR; exec .venv/bin/python -m bench

lock: ## write requirements/ anew from pyproject.toml
	@scripts/bootstrap dev
	@scripts/lock

phones: ## write docs/phones.md anew from the makers' tables
	@scripts/bootstrap dev
	@.venv/bin/provserver device show-model --markdown > docs/phones.md

translations: ## collect the texts of the pages into provserver/translations
	@scripts/bootstrap dev
	@scripts/translations
